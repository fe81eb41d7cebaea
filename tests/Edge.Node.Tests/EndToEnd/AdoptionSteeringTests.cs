using System.Net;
using System.Net.Sockets;
using System.Text;
using Anycast.Steering;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Datagrams of sessions that another node has than the one that their fragments name.</summary>
/// <remarks>A session is moved only as far as its fragment leads to it: what a check comes to is what is looked at.</remarks>
public sealed class AdoptionSteeringTests
{
    private const string Leaver = "n9";

    /// <summary>Chosen: the kernel gives all of so many flows to one of two nodes once in 10^6 runs.</summary>
    private const int Flows = 20;

    /// <summary>Wherever a check comes, it goes to who took the session over.</summary>
    [Fact]
    public async Task Check_NodeIsGone_ComesToWhoTookTheSession()
    {
        await using var pop = new PopHarness(2);
        await using var leaver = Leave();
        var (check, fragment) = await CheckAsync(leaver);
        await MoveToAsync(pop.Nodes[1], fragment, node => node.Node.Adoptions!);
        // The first node is told.
        pop.RunUntil(() => Knows(pop.First), "The first node was not told.");
        pop.RunUntilNodesMeet();
        var (passedOn, lost) = (pop.PassedOn, Lost(pop));

        Send(pop, check);

        pop.RunUntil(() => pop.PassedOn > passedOn, "All flows came to one node.");
        pop.First.RunFor(0.2);
        Assert.Equal(lost, Lost(pop));

        bool Knows(NodeHarness node) =>
            node.Node.Adoptions!.TryFindHolder(SessionId, out var holder)
            && holder.Node == OwnerCode.NumberOf("n1");
    }

    /// <summary>Who has not heard of it passes the check on to who gave the session away, which knows whom to.</summary>
    [Fact]
    public async Task Check_OnlyTheGiverKnows_GoesOnOnce()
    {
        await using var pop = new PopHarness(2);
        var giver = pop.Add(Leaver);
        await using var leaver = Leave();
        var (check, fragment) = await CheckAsync(leaver);
        await MoveToAsync(pop.Nodes[1], fragment, _ => null);
        giver.Node.Adoptions!.NoteMoved(SessionId, [fragment], OwnerCode.NumberOf("n1"));
        pop.RunUntilNodesMeet();
        var (byGiver, byOther, lost) = (PassedOn(giver), PassedOn(pop.First), Lost(pop));

        Send(pop, check);

        pop.RunUntil(() => PassedOn(giver) > byGiver, "The giver passed nothing on.");
        pop.RunUntil(() => PassedOn(pop.First) > byOther, "Nothing came to who does not know.");
        pop.First.RunFor(0.2);
        Assert.Equal(lost, Lost(pop));
    }

    /// <summary>Two nodes that each think that the other has a session drop what comes for it, instead of sending it back and
    /// forth.</summary>
    [Fact]
    public async Task Check_NodesContradict_EndsAfterTwoHops()
    {
        await using var pop = new PopHarness(3);
        await using var leaver = Leave();
        var (check, fragment) = await CheckAsync(leaver);
        var id = SessionId;
        pop.Nodes[0].Node.Adoptions!.NoteMoved(id, [fragment], OwnerCode.NumberOf("n1"));
        pop.Nodes[1].Node.Adoptions!.NoteMoved(id, [fragment], OwnerCode.NumberOf("n2"));
        pop.Nodes[2].Node.Adoptions!.NoteMoved(id, [fragment], OwnerCode.NumberOf("n0"));
        pop.RunUntilNodesMeet();

        Send(pop, check);

        pop.RunUntil(
            () => Drops(pop, ShardDrop.HopUnknown) == Flows,
            "Something goes on, or is lost."
        );
        pop.First.RunFor(0.2);
        Assert.Equal(2 * Flows, pop.PassedOn);
    }

    /// <summary>What the client sends beside checks goes on as well, before the one that has the session says so.</summary>
    [Fact]
    public async Task Flow_SessionWasGivenAway_GoesToWhoHasIt()
    {
        await using var pop = new PopHarness(2);
        pop.RunUntilNodesMeet();
        var sockets = Open();
        pop.First.Node.State.FlowDesk!.NoteMoved(
            [
                .. sockets.Select(socket =>
                    NetworkAddress.FromIPv4(
                        0x7F00_0001,
                        (ushort)((IPEndPoint)socket.Client.LocalEndPoint!).Port
                    )
                ),
            ],
            OwnerCode.NumberOf("n1")
        );
        pop.First.RunFor(0.2);

        Array.ForEach(sockets, socket => Send(pop, socket, [128, 96, 0, 1]));

        pop.RunUntil(() => PassedOn(pop.First) > 0, "All flows came to one node.");
        pop.First.RunFor(0.2);
        Assert.Equal(Flows, Drops(pop, ShardDrop.HopUnknown) + Drops(pop, ShardDrop.UnknownSource));
        Assert.Equal(PassedOn(pop.First), Drops(pop, ShardDrop.HopUnknown));
        Array.ForEach(sockets, socket => socket.Dispose());
    }

    /// <summary>A session that is here is found here, whatever its fragment and the others say.</summary>
    [Fact]
    public async Task Check_SessionIsHere_IsTakenWhateverItsNameSays()
    {
        await using var pop = new PopHarness(1);
        await using var leaver = Leave();
        var (check, fragment) = await CheckAsync(leaver);
        await MoveToAsync(pop.First, fragment, _ => null);
        pop.First.Node.Adoptions!.NoteMoved(SessionId, [fragment], OwnerCode.NumberOf("n1"));
        pop.First.RunFor(0.2);

        Send(pop, check);

        pop.First.RunFor(0.3);
        Assert.Equal(0, pop.PassedOn);
        Assert.Equal(0, Lost(pop));
    }

    private static string SessionId { get; } =
        OwnerCode.CreateSessionId(
            PopKey.Create(OwnerCode.NumberOf(PopHarness.Name), id: 0, PopHarness.Secret.AsSpan()),
            OwnerCode.NumberOf(Leaver),
            Testing.Seeds.Random(nameof(AdoptionSteeringTests))
        );

    /// <summary>A node of the PoP's name and secret, whose address is its own: what it made is what one that left had made.</summary>
    private static NodeHarness Leave() =>
        new(
            NodeHarness.Options() with
            {
                Pop = PopHarness.Name,
                Node = Leaver,
                PopSecret = PopHarness.Secret,
            }
        );

    /// <summary>A client's check, and the fragment that it names.</summary>
    private static async Task<(byte[] Check, string Fragment)> CheckAsync(NodeHarness leaver)
    {
        var publisher = await leaver.PublishAsync();
        byte[] check = [];
        publisher.Client.OutgoingFilter = datagram =>
        {
            check = check.Length == 0 ? datagram.ToArray() : check;
            return true;
        };
        leaver.RunUntil(() => check.Length > 0, "The client sent no check.");
        Assert.True(Shard.TryReadFragment(check, out var fragment));
        return (check, Encoding.ASCII.GetString(fragment));
    }

    private static async Task MoveToAsync(
        NodeHarness heir,
        string fragment,
        Func<NodeHarness, AdoptionDesk?> told
    )
    {
        var publisher = await heir.PublishAsync();
        var state = heir.Node.State;
        Assert.True(state.Sessions.TryFindById(publisher.SessionId, out var session));
        heir.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The heir's client did not connect."
        );
        state.Sessions.AddFragment(session, fragment);
        told(heir)?.Adopt(SessionId, [fragment], OwnerCode.NumberOf(Leaver));
    }

    /// <summary>Sends a check from many addresses, which come to all nodes.</summary>
    private static void Send(PopHarness pop, byte[] check)
    {
        foreach (var socket in Open())
        {
            Send(pop, socket, check);
            socket.Dispose();
        }
    }

    private static UdpClient[] Open() =>
        [
            .. Enumerable
                .Range(0, Flows)
                .Select(_ => new UdpClient(new IPEndPoint(IPAddress.Loopback, 0))),
        ];

    private static void Send(PopHarness pop, UdpClient from, byte[] datagram) =>
        from.Send(datagram, new IPEndPoint(IPAddress.Loopback, pop.First.Node.Candidates[0].Port));

    private static long PassedOn(NodeHarness node)
    {
        long total = 0;
        foreach (var shard in node.Node.Shards)
        {
            total += shard.Stats.PassedOn;
        }

        return total;
    }

    /// <summary>What came for a session that was not found. A node drops checks of one that it has not met yet.</summary>
    private static long Lost(PopHarness pop) =>
        Drops(pop, ShardDrop.OwnerGone)
        + Drops(pop, ShardDrop.UnknownSession)
        + Drops(pop, ShardDrop.HopUnknown);

    private static long Drops(PopHarness pop, ShardDrop reason) =>
        pop.Sum(stats => stats.Drops[(int)reason]);
}
