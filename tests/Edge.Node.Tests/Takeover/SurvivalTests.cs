using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.HandOver.State;
using Edge.Node.HandOver.Taking;
using Edge.Node.Sessions;
using Edge.Node.Takeover.Portraits;
using Edge.Node.Tests.EndToEnd;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.Takeover;

/// <summary>Sessions whose node ends without a word go on at another one, from portraits that are old by then.</summary>
public sealed class SurvivalTests
{
    private const int Video = 1;

    /// <summary>What a node is granted beyond what it has sent. Chosen: more than anybody sends between a portrait and the end.</summary>
    private const int Granted = 1 << 13;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Survive_PublisherAndViewers_GoOnWithoutNegotiation(double age)
    {
        await using var pop = new PopHarness(2, hasMesh: true, change: PopHarness.Staying);
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        List<SocketClient> viewers = [await pop.First.PlayAsync(), await pop.First.PlayAsync()];
        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        var connected = viewers.ConvertAll(viewer => viewer.Client.ConnectedAt);

        await KillFirstAsync(pop, age, sessions: 3);
        pop.RunUntilAllGoOn(viewers, Video, frames: 60);

        Assert.Equal(3, pop.Nodes[1].Node.SessionCount);
        Assert.Equal(connected, viewers.ConvertAll(viewer => viewer.Client.ConnectedAt));
        AssertOneSource(pop, [publisher, .. viewers], Video);
    }

    /// <summary>Those of the session and track API, of which a survivor has to know all that requests ask for.</summary>
    [Fact]
    public async Task Survive_Callers_RequestsFindThemThere()
    {
        await using var pop = new PopHarness(2, hasMesh: true, change: PopHarness.Staying);
        var publisher = await pop.First.PushAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var viewer = await PullAsync(pop.First, publisher);
        List<SocketClient> viewers = [viewer];
        pop.RunUntilAllGoOn(viewers, 0, frames: 40);

        await KillFirstAsync(pop, age: 0.5, sessions: 2);
        pop.RunUntilAllGoOn(viewers, 0, frames: 60);

        var heir = pop.Nodes[1];
        Assert.Equal(2, (await heir.StateAsync(publisher)).Tracks.Length);
        await heir.UpdateAsync(
            viewer,
            NodeHarness.Remote(publisher.SessionId, "cam") with
            {
                Delivery = new DeliveryChoice { IsPaused = true },
            }
        );
        var late = await PullAsync(heir, publisher);
        pop.RunUntilAllGoOn([late], 0, frames: 10);
        AssertOneSource(pop, [publisher, viewer], 0);
    }

    /// <summary>What was under way in channels is not known: they close, and are opened again by whoever wants them.</summary>
    [Fact]
    public async Task Survive_DataChannels_CloseAndOpenAgain()
    {
        await using var pop = new PopHarness(2, hasMesh: true, change: PopHarness.Staying);
        var (writer, written) = await PublishAsync(pop.First, "log");
        var (reader, read) = await ReadAsync(pop.First, Remote(writer, "log"));
        pop.First.Send(writer, written, Hello);
        pop.RunUntil(() => Count(reader, read) == 1, "The message does not arrive.");

        await KillFirstAsync(pop, age: 0.2, sessions: 2);

        var heir = pop.Nodes[1];
        pop.RunUntil(
            () =>
                writer.Client.Channels!.IsClosed(written) && reader.Client.Channels!.IsClosed(read),
            "A channel does not close."
        );
        // Our clients forget at once what browsers close in turn.
        pop.RunUntil(
            () => heir.Node.State.Sessions.All.All(session => session.Channels!.Ends.Count == 0),
            "A channel is not free."
        );
        var again = await heir.OpenAsync(writer, Local("log"));
        var readAgain = await heir.OpenAsync(reader, Remote(writer, "log"));
        heir.Send(writer, again, Hello);
        pop.RunUntil(
            () => Count(reader, readAgain) == (readAgain == read ? 2 : 1),
            "The message does not arrive again."
        );
        AssertOneSource(pop, [writer], 0);
    }

    private static async Task<SocketClient> PullAsync(NodeHarness node, SocketClient publisher)
    {
        var session = new SessionKey("app", await node.NewSessionAsync());
        var asked = node.AskAsync(session, NodeHarness.Remote(publisher.SessionId, "cam"));
        node.RunUntil(() => asked.IsCompleted, "The track was not found.");
        return await node.AnswerAsync(session, await asked);
    }

    /// <summary>Has the first node end without a word, and the second go on with what it had.</summary>
    /// <param name="pop">The nodes.</param>
    /// <param name="age">How old the portraits are by then, in seconds.</param>
    /// <param name="sessions">How many sessions it has.</param>
    private static async Task KillFirstAsync(PopHarness pop, double age, int sessions)
    {
        var former = pop.First.Node;
        var heir = pop.Nodes[1].Node;
        List<(Session Session, byte[] Portrait)> portraits = [];
        Instant arrivedAt = default;
        await pop.RunAsync(async () =>
        {
            await PopHarness.UntilMovableAsync(former, former.State.Sessions.All);
            // Not after: timestamps would go on from what is behind them.
            arrivedAt = heir.State.Clock.Now();
            portraits = await PortrayAllAsync(former.State);
        });
        Assert.Equal(sessions, portraits.Count);
        pop.First.RunFor(age);
        // Its clients are not driven now: it sends next to nothing.
        var survivors = portraits.ConvertAll(each => new Survivor(
            each.Portrait,
            SurvivalOf(each.Session, arrivedAt)
        ));
        await SilentEnd.OfFirstAsync(pop);

        await pop.RunAsync(async () =>
            Assert.Equal(sessions, (await heir.Taker.SurviveAsync(survivors)).Here.Count)
        );
    }

    private static async Task<List<(Session, byte[])>> PortrayAllAsync(NodeState node)
    {
        var portrayer = new SessionPortrayer(node);
        List<(Session, byte[])> portraits = [];
        foreach (var session in node.Sessions.All)
        {
            _ = node.Calls.TryFind(session.Stream.AppId, session.Id, out var calls);
            var portrait = await portrayer.PortrayAsync(session, calls);
            Assert.NotNull(portrait);
            portraits.Add((session, portrait));
        }

        return portraits;
    }

    private static Survival SurvivalOf(Session session, Instant arrivedAt)
    {
        List<IndexUse> uses = [];
        List<IndexBound> received = [];
        session.Peer.Transport.ListIndices(uses);
        session.Peer.Transport.ListReceived(received);
        return new Survival(
            arrivedAt,
            [.. uses.Select(use => use.Granted with { Last = Math.Max(use.Used, 0) + Granted })],
            [.. received]
        );
    }

    /// <summary>To its clients each session is the one that it was: an index used twice would be a replay, a lost rollover counter would not
    /// authenticate.</summary>
    private static void AssertOneSource(
        PopHarness pop,
        ImmutableArray<SocketClient> clients,
        int section
    )
    {
        foreach (var client in clients)
        {
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.Replayed));
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
            Assert.NotEqual(PeerState.Closed, client.Client.Peer.Transport.State);
        }

        foreach (var viewer in clients[1..])
        {
            Assert.Equal(1, viewer.Client.Played[section].Sources);
            Assert.Equal(0, viewer.Client.Played[section].BackwardTimestamps);
        }

        Assert.Equal(0, pop.Nodes[1].Node.State.Shards.Sum(shard => shard.Stats.Faults));
    }
}
