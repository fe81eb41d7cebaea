using Control.Contract;
using Control.Contract.Calls;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>An error of ours while a group of sessions is taken costs the session that it befalls, and leaves nothing half
/// made: who gave the group was told that it is taken.</summary>
/// <remarks>The error is that the mesh of the node that takes has ended, so that a track that a third node watches cannot go
/// on.</remarks>
public sealed class FailingArrivalTests
{
    [Fact]
    public async Task Take_OneSessionOfTheApiFails_ItEndsAndTheOthersGoOn()
    {
        await using var pop = new PopHarness(3, hasMesh: true, change: PopHarness.Staying);
        var publisher = await pop.First.PushAsync();
        var other = await pop.First.PushAsync();
        Connect(pop, publisher, other);
        var watcher = await pop.Nodes[2]
            .PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"));
        pop.RunUntilAllGoOn([watcher], section: 0, frames: 10);
        var heir = pop.Nodes[1];
        await using var events = new EventLog(heir.Node.Calls);
        Assert.True(heir.Node.Engine!.Stop(TimeSpan.FromSeconds(20)));

        await pop.RunAsync(() => PopHarness.MoveAllAsync(pop.First, heir));

        pop.RunUntil(
            () => events.Count(CallsEventKind.SessionEnded) == 1,
            "Nobody was told that it ended."
        );
        pop.RunUntil(() => heir.Node.SessionCount == 1, "It is there still, or both have ended.");
        Assert.False(heir.Node.State.HasSession(publisher.SessionId));
        Assert.True(heir.Node.State.Calls.TryFind("app", other.SessionId, out _));
        Assert.Equal(
            publisher.SessionId,
            events.Of(CallsEventKind.SessionEnded).Single().SessionId
        );
        Assert.Equal(1, heir.Node.Report().Callers);
        ExpectToldAndAlive(pop, heir, publisher, other);
    }

    [Fact]
    public async Task Take_PublisherOfAStreamFails_ItEndsAndTheOthersGoOn()
    {
        await using var pop = new PopHarness(3, hasMesh: true, change: PopHarness.Staying);
        var publisher = await pop.First.PublishAsync();
        var otherStream = new StreamKey("app", "other");
        var other = await pop.First.PublishAsync(stream: otherStream);
        Connect(pop, publisher, other);
        var watcher = await pop.Nodes[2].PlayAsync();
        pop.RunUntilAllGoOn([watcher], section: 1, frames: 10);
        var heir = pop.Nodes[1];
        Assert.True(heir.Node.Engine!.Stop(TimeSpan.FromSeconds(20)));

        await pop.RunAsync(() => PopHarness.MoveAllAsync(pop.First, heir));

        pop.RunUntil(() => heir.Node.SessionCount == 1, "It is there still, or both have ended.");
        Assert.False(heir.Node.State.HasSession(publisher.SessionId));
        Assert.False(heir.Node.State.Streams.HasPublisher(NodeHarness.Stream));
        Assert.True(heir.Node.State.Streams.HasPublisher(otherStream));
        Assert.Equal(1, heir.Node.Report().Publishers);
        ExpectToldAndAlive(pop, heir, publisher, other);
    }

    private static void Connect(PopHarness pop, params SocketClient[] clients) =>
        pop.RunUntil(
            () => Array.TrueForAll(clients, client => client.Client.ConnectedAt.IsSet),
            "Somebody did not connect."
        );

    /// <summary>The client of the one was told, and that of the other is heard where it is now.</summary>
    private static void ExpectToldAndAlive(
        PopHarness pop,
        NodeHarness heir,
        SocketClient ended,
        SocketClient alive
    )
    {
        var heard = Heard(heir);
        pop.RunUntil(() => Heard(heir) > heard + 20, "The other one is not heard.");
        pop.RunUntil(
            () => ended.Client.Peer.Transport.State == PeerState.Closed,
            "Its client was not told."
        );
        Assert.Equal(PeerState.Connected, alive.Client.Peer.Transport.State);
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    private static long Heard(NodeHarness node)
    {
        long heard = 0;
        foreach (var shard in node.Node.Shards)
        {
            heard += shard.Stats.MediaIn;
        }

        return heard;
    }
}
