using Edge.Bus.InProcess;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Testing;
using Edge.Testing.Clients;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Nodes of a PoP that share the media address: a packet may come to any of them.</summary>
public sealed class SteeringTests
{
    private const int Video = 1;

    /// <summary>Chosen: none of so many flows comes to another node than its session's once in 10^4 runs.</summary>
    private const int Viewers = 14;

    private static readonly Control.Contract.StreamKey Other = new("app", "other");

    private static readonly NetworkAddress IPv6 = NetworkAddress.FromIPv6(
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        0
    );

    /// <summary>Checks, handshakes and media in mid-flight: all sessions are of one node, their flows come to two.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Join_FlowsComeToAnyNode_AllConnectAndPlay(bool isIPv6)
    {
        await using var pop = new PopHarness(2, isIPv6 ? IPv6 : default);
        var viewers = await JoinAsync(pop);

        pop.RunUntilAllGoOn(viewers, Video, frames: 10);

        Assert.True(pop.PassedOn > 0, "Every flow came to the node of its session.");
        AssertNothingWrong(pop);
        Assert.All(viewers, viewer => Assert.Equal(0, viewer.Client.Played[Video].Missing));
    }

    /// <summary>A node goes, and the kernel spreads flows anew over those that are left: media that suddenly comes to
    /// another node than before is known there by what its owner has told.</summary>
    [Fact]
    public async Task Media_ComesToAnotherNodeThanBefore_GoesOnAtOnce()
    {
        await using var pop = new PopHarness(3);
        var viewers = await JoinAsync(pop);
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
        var connected = viewers.ConvertAll(viewer => viewer.Client.ConnectedAt);

        await pop.EndLastAsync();
        pop.RunUntilAllGoOn(viewers, Video, frames: 30);

        Assert.Equal(connected, viewers.ConvertAll(viewer => viewer.Client.ConnectedAt));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.UnknownSource]));
        AssertNothingWrong(pop);
    }

    /// <summary>A node that comes takes flows of others, whose it has not heard yet: that costs a moment, no session.</summary>
    [Fact]
    public async Task Media_ComesToANewNode_GoesOn()
    {
        await using var pop = new PopHarness(1);
        var viewers = await JoinAsync(pop);
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
        var connected = viewers.ConvertAll(viewer => viewer.Client.ConnectedAt);

        _ = pop.Add("new");
        pop.RunUntil(() => pop.PassedOn > 100, "Nothing comes to the new node.");
        pop.RunUntilAllGoOn(viewers, Video, frames: 30);

        Assert.Equal(connected, viewers.ConvertAll(viewer => viewer.Client.ConnectedAt));
        AssertNothingWrong(pop);
    }

    /// <summary>Clients come back from the same ports, and their new sessions are another node's; the former one has not
    /// noticed yet. It hears whose the flows are now, and does not claim them again each round.</summary>
    [Fact]
    public async Task Join_FromAddressesOfSessionsElsewhere_ClaimsThem()
    {
        await using var pop = new PopHarness(2);
        var former = await JoinAsync(pop);
        pop.RunUntilAllGoOn(former, Video, frames: 5);
        var second = pop.Nodes[1];
        var publisher = await second.PublishAsync(stream: Other);
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");

        var again = new List<SocketClient>();
        foreach (var viewer in former)
        {
            second.ClientHost = viewer.Local;
            pop.First.Leave(viewer);
            again.Add(await second.PlayAsync(stream: Other));
        }

        pop.RunUntilAllGoOn(again, Video, frames: 5);
        second.RunFor((Anycast.Steering.FlowLetter.RepeatInterval * 1.5).TotalSeconds);
        pop.RunUntilAllGoOn(again, Video, frames: 5);

        Assert.All(again, viewer => Assert.Equal(0, viewer.Client.Played[Video].Missing));
        AssertNothingWrong(pop);
    }

    /// <summary>A TCP connection stays where it was accepted: its address is the node's own.</summary>
    [Fact]
    public async Task Join_OverTcp_ComesToTheNodesOwnAddress()
    {
        await using var pop = new PopHarness(2);
        var own = pop.First.Node.TcpCandidates[0];
        Assert.NotEqual(own, pop.Nodes[1].Node.TcpCandidates[0]);
        var publisher = Dial(await pop.First.PublishAsync());
        var viewer = Dial(await pop.First.PlayAsync());

        pop.RunUntilAllGoOn([viewer], Video, frames: 10);

        Assert.Equal(0, pop.PassedOn);
        AssertNothingWrong(pop);

        SocketClient Dial(SocketClient client)
        {
            client.Client.Peer.Transport.Ice.AddRemoteCandidate(own, pop.First.Now);
            client.Dial(own);
            return client;
        }
    }

    /// <summary>A node of another secret reads no code, and nobody takes what it would pass on.</summary>
    [Fact]
    public async Task Join_NodeWithAnotherSecret_PassesNothingOn()
    {
        await using var pop = new PopHarness(1);
        var stranger = pop.Add("stranger", [.. "what somebody else made up .."u8]);
        _ = await pop.First.PublishAsync();
        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            _ = await pop.First.PlayAsync();
        }

        pop.RunUntil(
            () => DropsOf(stranger, ShardDrop.UnknownSession) > 0,
            "No flow came to the stranger."
        );

        Assert.Equal(0, pop.PassedOn);
    }

    /// <summary>Checks of sessions that cannot be had from here are dropped, and the counter says why.</summary>
    [Theory]
    [InlineData("elsewhere", "n9", (int)ShardDrop.OtherPop)]
    [InlineData(PopHarness.Name, "gone", (int)ShardDrop.OwnerGone)]
    public async Task Check_SessionThatIsNotHere_IsDroppedForItsReason(
        string popName,
        string node,
        int reason
    )
    {
        await using var pop = new PopHarness(1);
        await using var other = new NodeHarness(
            NodeHarness.Options() with
            {
                Pop = popName,
                Node = node,
                PopSecret = PopHarness.Secret,
            }
        );
        var publisher = await other.PublishAsync();
        byte[] check = [];
        publisher.Client.OutgoingFilter = datagram =>
        {
            check = check.Length == 0 ? datagram.ToArray() : check;
            return true;
        };
        other.RunUntil(() => check.Length > 0, "The client sent no check.");

        publisher.SendRaw(check, pop.First.Node.Candidates[0]);

        other.RunUntil(
            () => DropsOf(pop.First, (ShardDrop)reason) > 0,
            "The check was not dropped for that reason."
        );

        Assert.Equal(0, pop.PassedOn);
    }

    /// <summary>Goal: who can send to the port for what is passed on gains nothing. Method: junk, and what begins like a
    /// header, from outside.</summary>
    [Fact]
    public async Task Hop_JunkFromAnybody_ChangesNothing()
    {
        await using var pop = new PopHarness(2);
        var publisher = await pop.First.PublishAsync();
        var viewer = await pop.First.PlayAsync();
        pop.RunUntilAllGoOn([viewer], Video, frames: 5);
        var passedIn = pop.Sum(stats => stats.PassedIn);
        var random = Seeds.Random();
        for (var count = 0; count < 300; count++)
        {
            var datagram = new byte[random.NextInt32(200)];
            random.Fill(datagram);
            if (datagram.Length > 1)
            {
                (datagram[0], datagram[1]) = (1, 52);
            }

            publisher.SendRaw(datagram, pop.First.Node.Hop);
        }

        pop.RunUntil(
            () => DropsOf(pop.First, ShardDrop.HopMalformed) > 200,
            "The junk did not come."
        );
        pop.RunUntilAllGoOn([viewer], Video, frames: 5);

        Assert.InRange(pop.Sum(stats => stats.Faults), 0, 0);
        Assert.True(pop.Sum(stats => stats.PassedIn) >= passedIn);
    }

    [Fact]
    public async Task Start_HopAddressOfAnotherMachine_SaysSo()
    {
        var exchange = new InProcessExchange(new InProcessBusOptions(), NullLogger.Instance);
        await using var bus = exchange.Connect();
        var options = NodeHarness.Options() with
        {
            PopSecret = [.. "the secret of this PoP alone"u8],
            Steering = new()
            {
                Hop = NetworkAddress.FromIPv4(0xC000_0201, 0),
                Bus = bus,
                Members = () => [],
                WatchListeners = (_, _) => new Subscriptions(),
            },
        };

        var start = MediaNode.Start(options, NullLogger<MediaNode>.Instance);

        var unbound = Assert.IsType<MediaNodeStart.HopUnbound>(start);
        Assert.Equal(SystemError.AddressNotAvailable, unbound.Error);
    }

    private static async Task<List<SocketClient>> JoinAsync(PopHarness pop)
    {
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var viewers = new List<SocketClient>();
        for (var viewer = 0; viewer < Viewers; viewer++)
        {
            viewers.Add(await pop.First.PlayAsync());
        }

        pop.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.ConnectedAt.IsSet),
            "Somebody did not connect."
        );
        return viewers;
    }

    private static void AssertNothingWrong(PopHarness pop)
    {
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.UnknownSession]));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.HopMalformed]));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.HopUnknown]));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.FlowsMalformed]));
    }

    private static long DropsOf(NodeHarness node, ShardDrop reason)
    {
        long total = 0;
        foreach (var shard in node.Node.Shards)
        {
            total += shard.Stats.Drops[(int)reason];
        }

        return total;
    }
}
