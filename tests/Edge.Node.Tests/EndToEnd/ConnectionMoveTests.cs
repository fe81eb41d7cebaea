using Edge.Node.HandOver;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions over TCP that go to another process of the machine with their connections, which clients do not notice; or
/// to one elsewhere without, and then clients dial again.</summary>
public sealed class ConnectionMoveTests
{
    private const int Video = 1;

    /// <summary>A letter takes the bytes of its connections along, so that neither side ever meets a length where there is
    /// none.</summary>
    private const int HeldBack = 10;

    /// <summary>Well before a connection is closed of which no session comes.</summary>
    private static readonly TimeSpan ToldWithin = ArrivedConnections.KeepFor / 3;

    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(20);

    /// <summary>When a client that dialled checks at the latest: it is the next check for consent (RFC 7675 §5.1).</summary>
    private static readonly TimeSpan CheckedWithin = new IceOptions().ConsentIntervalMax;

    /// <summary>Dials of which one comes to the right one of two nodes, but for one run in 10^8: the kernel tosses a coin for each.</summary>
    private const int DialsMax = 30;

    [Fact]
    public async Task Drain_OverTcp_NobodyNotices()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 2);
        var byUdp = await pop.First.PlayAsync();
        pop.RunUntilAllGoOn([byUdp], Video, frames: 5);
        List<SocketClient> all = [publisher, .. viewers];
        var handshakes = all.ConvertAll(client => client.HandshakeRecords);

        Assert.Equal(new HandOverOutcome(Moved: 4, Lost: 0, Left: 0), await DrainAsync(pop));
        pop.RunUntilAllGoOn([.. viewers, byUdp], Video, frames: 30);

        Assert.Equal(4, pop.Nodes[1].Node.SessionCount);
        Assert.Equal(0, Open(pop.First));
        Assert.Equal(3, Open(pop.Nodes[1]));
        Assert.Equal(handshakes, all.ConvertAll(client => client.HandshakeRecords));
        AssertUnbroken(pop, publisher, viewers);
    }

    /// <summary>Each move meets the publisher's stream in the middle of a frame.</summary>
    [Fact]
    public async Task Move_InTheMiddleOfFrames_StreamsGoOnExactly()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 2);
        publisher.Connection!.HeldBackBytes = HeldBack;
        pop.RunUntilAllGoOn(viewers, Video, frames: 5);
        for (var move = 0; move < 10; move++)
        {
            var (from, to) = (pop.Nodes[move % 2], pop.Nodes[(move + 1) % 2]);
            await pop.RunAsync(async () =>
            {
                var group = await PopHarness.WriteAllAsync(from.Node);
                Assert.Equal(3, group.Connections.Count);
                Assert.Contains(group.Connections, connection => connection.Arrived.Length > 0);
                await PopHarness.GiveConnectionsAsync(group, to);
                await PopHarness.TakeAsync(group, to);
                await from.Node.Giver.ForgetAsync(group, to.Node.Number, isHere: false);
            });
            pop.RunUntilAllGoOn(viewers, Video, frames: 3);
        }

        AssertUnbroken(pop, publisher, viewers);
    }

    /// <summary>What waits for a client that does not read goes along, the rest of a half-sent frame first.</summary>
    [Fact]
    public async Task Move_ClientReadsNothing_ItsStreamGoesOnExactly()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (_, viewers) = await StartAsync(
            pop,
            viewerCount: 1,
            new SyntheticVideoOptions { FramesPerSecond = 60, PacketsPerFrame = 20 },
            receiveBufferBytes: 4096
        );
        var viewer = viewers[0];
        viewer.IsDeaf = true;
        pop.RunUntil(
            () => pop.Sum(stats => stats.Drops[(int)ShardDrop.ConnectionSlow]) > 0,
            "Nothing was dropped for a client that reads nothing."
        );
        await pop.RunAsync(async () =>
        {
            var group = await PopHarness.WriteAllAsync(pop.First.Node);
            Assert.Contains(group.Connections, connection => connection.Unsent.Length > 0);
            await PopHarness.GiveConnectionsAsync(group, pop.Nodes[1]);
            await PopHarness.TakeAsync(group, pop.Nodes[1]);
            await pop.First.Node.Giver.ForgetAsync(group, pop.Nodes[1].Node.Number, isHere: false);
        });

        viewer.IsDeaf = false;
        pop.RunUntilAllGoOn(viewers, Video, frames: 20);
        Assert.False(viewer.Connection!.IsOver);
        AssertAuthentic(viewer);
    }

    /// <summary>Nobody took the group: it comes back, and so do its connections.</summary>
    [Fact]
    public async Task Return_OverTcp_NobodyNotices()
    {
        await using var pop = new PopHarness(1, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 2);
        publisher.Connection!.HeldBackBytes = HeldBack;
        await pop.RunAsync(async () =>
        {
            var group = await PopHarness.WriteAllAsync(pop.First.Node);
            Assert.True(await pop.First.Node.Giver.TryReturnAsync(group));
            await pop.First.Node.Giver.ForgetAsync(group, pop.First.Node.Number, isHere: true);
        });

        pop.RunUntilAllGoOn(viewers, Video, frames: 20);
        Assert.Equal(3, Open(pop.First));
        Assert.Equal(0, pop.First.Node.State.Arrived.Count);
        AssertUnbroken(pop, publisher, viewers);
    }

    /// <summary>The descriptor is lost: the client sees its connection end, dials again and goes on, with the keys it has.
    /// </summary>
    [Fact]
    public async Task Move_ConnectionIsLost_ClientDialsAgain()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        List<SocketClient> all = [publisher, .. viewers];
        var handshakes = all.ConvertAll(client => client.HandshakeRecords);
        await pop.RunAsync(async () =>
        {
            var group = await PopHarness.WriteAllAsync(pop.First.Node);
            await PopHarness.TakeAsync(group, pop.Nodes[1]);
            await pop.First.Node.Giver.ForgetAsync(group, pop.Nodes[1].Node.Number, isHere: false);
        });
        pop.RunUntil(
            () => all.TrueForAll(client => client.Connection!.IsOver),
            "The connections are still open."
        );

        all.ForEach(client =>
            client.Dial(pop.Nodes[1].Node.TcpCandidates[0], candidate: pop.First.Node.Candidates[0])
        );
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
        Assert.Equal(2, pop.Nodes[1].Node.SessionCount);
        Assert.Equal(handshakes, all.ConvertAll(client => client.HandshakeRecords));
        all.ForEach(AssertAuthentic);
    }

    /// <summary>A process of the machine was given the connections and refuses the letter, unread or read: it has them open no
    /// longer, so that they are over when whoever takes the session says so.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Take_Refused_ConnectionsAreKeptThereNoLonger(bool isRead)
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        await pop.RunAsync(async () =>
        {
            var group = await PopHarness.WriteAllAsync(pop.First.Node);
            await PopHarness.GiveConnectionsAsync(group, pop.Nodes[1]);
            Assert.Equal(2, pop.Nodes[1].Node.State.Arrived.Count);
            await AssertRefusesAsync(pop.Nodes[1].Node, group, isRead);
            Assert.Equal(0, pop.Nodes[1].Node.State.Arrived.Count);
            Assert.True(await pop.First.Node.Giver.TryReturnAsync(group));
            await pop.First.Node.Giver.ForgetAsync(group, pop.First.Node.Number, isHere: true);
        });

        pop.RunUntilAllGoOn(viewers, Video, frames: 20);
        AssertUnbroken(pop, publisher, viewers);
    }

    /// <summary>A node of another machine took the session, and a process of this one, which was given the connections before, has
    /// them open still: their clients are told at once.</summary>
    [Fact]
    public async Task Move_ToAnotherMachine_ClientIsToldWhoeverHasItsConnectionOpen()
    {
        await using var pop = new PopHarness(3, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        var heir = pop.Nodes[2].Node;
        await pop.RunAsync(async () =>
        {
            var group = await PopHarness.WriteAllAsync(pop.First.Node);
            await PopHarness.GiveConnectionsAsync(group, pop.Nodes[1]);
            await PopHarness.TakeAsync(group, pop.Nodes[2]);
            var peer = new HandOverPeer(heir.Number, Room: 0, Life: 0, Ticket: 0, KeyId: 0);
            await pop.First.Node.Giver.EndAsync(group, GroupEnding.Moved(peer));
        });
        pop.RunUntil(
            () => publisher.Connection!.IsOver && viewers[0].Connection!.IsOver,
            "Somebody was not told.",
            ToldWithin.TotalSeconds
        );
        Assert.Equal(2, pop.Nodes[1].Node.State.Arrived.Count);
    }

    /// <summary>Where clients are told an address of the PoP for TCP, their sessions go to a node of another machine, too: who
    /// dials again may find it.</summary>
    [Fact]
    public async Task Drain_TcpIsShared_SessionGoesAndClientDialsAgain()
    {
        await using var pop = new PopHarness(2, change: Shared);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        pop.Nodes[1].Node.Connections!.Dispose();
        List<SocketClient> all = [publisher, .. viewers];
        var handshakes = all.ConvertAll(client => client.HandshakeRecords);

        Assert.Equal(new HandOverOutcome(Moved: 2, Lost: 0, Left: 0), await DrainAsync(pop));

        var before = viewers[0].Client.Played[Video].CompleteFrames;
        pop.RunUntil(
            () =>
            {
                // The kernel gives some of them to the node that leaves, which closes them at their first check.
                foreach (var client in all.Where(client => client.Connection!.IsOver))
                {
                    client.Dial(pop.First.Node.TcpCandidates[0]);
                }

                return viewers[0].Client.Played[Video].CompleteFrames >= before + 10;
            },
            "Media does not go on.",
            DialsMax * CheckedWithin.TotalSeconds
        );
        Assert.Equal(handshakes, all.ConvertAll(client => client.HandshakeRecords));
        all.ForEach(AssertAuthentic);
    }

    /// <summary>Once its sessions go to another process of the machine, who dials the address that both have comes to that one.
    /// </summary>
    [Fact]
    public async Task Drain_TcpIsSharedHere_NewConnectionsComeToTheHeir()
    {
        await using var pop = new PopHarness(2, change: Shared);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        var handshakes = publisher.HandshakeRecords;
        Assert.Equal(new HandOverOutcome(Moved: 2, Lost: 0, Left: 0), await DrainAsync(pop));
        AssertUnbroken(pop, publisher, viewers);

        var accepted = Accepted(pop.First);
        for (var dial = 0; dial < 10; dial++)
        {
            publisher.Dial(pop.First.Node.TcpCandidates[0]);
            pop.RunUntilAllGoOn(viewers, Video, frames: 3);
        }

        Assert.Equal(accepted, Accepted(pop.First));
        Assert.Equal(handshakes, publisher.HandshakeRecords);
    }

    /// <summary>The letters go in time, and the connections would not: their clients dial again, and come to the heir.</summary>
    [Fact]
    public async Task Drain_TooShortForConnections_ClientsDialAgain()
    {
        await using var pop = new PopHarness(2, change: Shared);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        List<SocketClient> all = [publisher, .. viewers];
        var handshakes = all.ConvertAll(client => client.HandshakeRecords);
        Assert.Equal(
            new HandOverOutcome(Moved: 2, Lost: 0, Left: 0),
            await DrainAsync(pop, DepartureLimits.WithConnectionsWithin / 1.2)
        );
        pop.RunUntil(
            () => all.TrueForAll(client => client.Connection!.IsOver),
            "Connections stay open."
        );
        all.ForEach(client => Connect(pop, client));
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
        Assert.Equal(handshakes, all.ConvertAll(client => client.HandshakeRecords));
    }

    /// <summary>Neither would the connections go in time, nor come clients that dial again to the heir: they stay, and hear of the end.
    /// </summary>
    [Fact]
    public async Task Drain_TooShortForConnectionsOfNodesOfTheirOwn_SessionsStay()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        Assert.Equal(
            new HandOverOutcome(Moved: 0, Lost: 0, Left: 2),
            await DrainAsync(pop, DepartureLimits.WithConnectionsWithin / 1.2)
        );
        Assert.False(publisher.Connection!.IsOver);
        pop.RunUntilAllGoOn(viewers, Video, frames: 10);
    }

    private static MediaNodeOptions Shared(MediaNodeOptions options) =>
        PopHarness.Patient(options) with
        {
            MediaTcp = default,
        };

    private static async Task<HandOverOutcome> DrainAsync(PopHarness pop, TimeSpan? within = null)
    {
        var draining = Task.Run(async () =>
            await pop.First.Node.HandOverAsync(within ?? DrainWithin, CancellationToken.None)
        );
        pop.RunUntil(() => draining.IsCompleted, "The drain does not end.", seconds: 30);
        return await draining;
    }

    private static async Task<(SocketClient Publisher, List<SocketClient> Viewers)> StartAsync(
        PopHarness pop,
        int viewerCount,
        SyntheticVideoOptions? video = null,
        int receiveBufferBytes = 0
    )
    {
        var publisher = await pop.First.PublishAsync(video);
        Connect(pop, publisher);
        var viewers = new List<SocketClient>();
        for (var viewer = 0; viewer < viewerCount; viewer++)
        {
            viewers.Add(await pop.First.PlayAsync());
            Connect(pop, viewers[^1], receiveBufferBytes);
        }

        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        return (publisher, viewers);
    }

    /// <summary>Dials until the node has it that knows the session: where the address is shared, the kernel chooses.</summary>
    private static void Connect(PopHarness pop, SocketClient client, int receiveBufferBytes = 0)
    {
        Dial();
        pop.RunUntil(
            () =>
            {
                if (client.Connection!.IsOver)
                {
                    Dial();
                }

                return client.Client.ConnectedAt.IsSet;
            },
            "A client did not connect by TCP."
        );

        void Dial() =>
            client.Dial(
                pop.First.Node.TcpCandidates[0],
                receiveBufferBytes,
                pop.First.Node.Candidates[0]
            );
    }

    /// <summary>Has a node refuse what another one wrote: because it leaves itself, or because it takes too long.</summary>
    private static async Task AssertRefusesAsync(MediaNode node, WrittenGroup group, bool isRead)
    {
        var letter = GroupLetter.Write(group.Parcels)!;
        if (isRead)
        {
            // The desk says for it that it was late.
            _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await node.Taker.TakeAsync(letter, new CancellationToken(canceled: true))
            );
            return;
        }

        node.State.IsDeparting = true;
        Assert.Equal(
            HandOverRefusal.NotReady,
            await node.Taker.TakeAsync(letter, CancellationToken.None)
        );
    }

    private static long Open(NodeHarness node) => Sum(node, stats => stats.ConnectionsOpen);

    private static long Accepted(NodeHarness node) => Sum(node, stats => stats.Connections);

    private static long Sum(NodeHarness node, Func<ShardStats, long> counter)
    {
        long total = 0;
        foreach (var shard in node.Node.Shards)
        {
            total += counter(shard.Stats);
        }

        return total;
    }

    private static void AssertAuthentic(SocketClient client)
    {
        Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.Replayed));
        Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
    }

    /// <summary>Nothing is missing, nothing came twice, and no connection was made anew.</summary>
    private static void AssertUnbroken(
        PopHarness pop,
        SocketClient publisher,
        List<SocketClient> viewers
    )
    {
        Assert.All(viewers.Append(publisher), AssertAuthentic);
        Assert.All(viewers.Append(publisher), client => Assert.False(client.Connection!.IsOver));
        foreach (var viewer in viewers)
        {
            Assert.Equal(0, viewer.Client.Played[Video].Missing);
            Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
            Assert.Equal(1, viewer.Client.Played[Video].Sources);
        }

        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }
}
