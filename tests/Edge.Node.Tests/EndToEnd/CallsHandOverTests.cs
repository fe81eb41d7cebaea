using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.HandOver;
using Edge.Node.Telemetry;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions of the session and track API that go to another node of their PoP in the middle of everything.</summary>
public sealed class CallsHandOverTests
{
    private const int Cam = 0;

    /// <summary>The first move of a process takes half a second, for its code is compiled on the way.</summary>
    private static readonly Lazy<Task> CodeIsCompiled = new(MoveOnceAsync);

    [Fact]
    public async Task Drain_PublisherAndPullers_NobodyNotices()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop);
        var connected = viewers.ConvertAll(viewer => viewer.Client.ConnectedAt);

        Drain(pop, sessions: 4);
        pop.RunUntilAllGoOn(viewers, Cam, frames: 30);

        Assert.Equal(0, pop.First.Node.SessionCount);
        Assert.Equal(connected, viewers.ConvertAll(viewer => viewer.Client.ConnectedAt));
        AssertUnbroken(pop, [publisher, .. viewers], viewers);
    }

    /// <summary>Whoever knew the session goes on with it by its id: requests change it, others pull from it.</summary>
    [Fact]
    public async Task Drain_Then_RequestsFindTheSessions()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop);
        var silent = await pop.First.NewSessionAsync();

        Drain(pop, sessions: 5);
        var heir = pop.Nodes[1];
        var late = await PullAsync(heir, publisher);
        pop.RunUntilAllGoOn([.. viewers, late], Cam, frames: 10);
        var described = await heir.StateAsync(publisher);
        await heir.UpdateAsync(
            viewers[0],
            NodeHarness.Remote(publisher.SessionId, "cam") with
            {
                Delivery = new DeliveryChoice { IsPaused = true },
            }
        );
        var inSilent = await heir.PushIntoAsync(new SessionKey("app", silent));
        pop.RunUntil(() => inSilent.Client.ConnectedAt.IsSet, "The silent one does not connect.");

        Assert.Equal(2, described.Tracks.Length);
        AssertUnbroken(pop, [publisher, .. viewers], viewers);
    }

    /// <summary>Messages go on, none lost, none twice, in order, whichever side is the quicker.</summary>
    [Fact]
    public async Task Drain_DataChannels_GoOn()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (writer, written) = await PublishAsync(pop.First, "log");
        var (reader, read) = await ReadAsync(pop.First, Remote(writer, "log"));
        var sent = 0;
        Send(200);

        var next = pop.First.Now;
        Drain(pop, sessions: 2, alongside: SendSlowly);
        Send(200);
        pop.RunUntil(() => Count(reader, read) >= sent, "Messages are missing.");
        pop.First.RunFor(0.2);

        Assert.Equal(
            Enumerable.Range(0, sent),
            reader
                .Client.Channels!.MessagesOf(read)
                .Select(message => BitConverter.ToInt32(message))
        );
        AssertUnbroken(pop, [writer, reader], []);

        // A message a millisecond: more would not be kept on the way, and come again a second later.
        void SendSlowly()
        {
            if (pop.First.Now >= next)
            {
                next = pop.First.Now + TimeSpan.FromMilliseconds(1);
                Send(1);
            }
        }

        void Send(int count)
        {
            for (var index = 0; index < count; index++)
            {
                var message = BitConverter.GetBytes(sent);
                if (pop.First.Send(writer, written, message) == DataChannelSendResult.Accepted)
                {
                    sent++;
                }
            }
        }
    }

    /// <summary>Nobody takes them: they go on where they were, and requests find them.</summary>
    [Fact]
    public async Task Return_NobodyTookThem_GoOnHere()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop);
        var (writer, written) = await PublishAsync(pop.First, "log");
        var (reader, read) = await ReadAsync(pop.First, Remote(writer, "log"));
        var node = pop.First.Node;

        await pop.RunAsync(async () =>
        {
            var group = await PopHarness.WriteAllAsync(node);
            Assert.Equal(6, group.Sessions.Count);
            Assert.Null(await node.Taker.ReturnAsync(group.Parcels));
            await node.Giver.ForgetAsync(group, node.Number, isHere: true);
        });
        pop.RunUntilAllGoOn(viewers, Cam, frames: 20);
        pop.First.Send(writer, written, Hello);
        pop.RunUntil(() => Count(reader, read) == 1, "The message does not arrive.");
        var late = await PullAsync(pop.First, publisher);
        pop.RunUntilAllGoOn([.. viewers, late], Cam, frames: 10);

        Assert.Equal(2, (await pop.First.StateAsync(publisher)).Tracks.Length);
        AssertUnbroken(pop, [publisher, writer, reader, .. viewers], viewers);
    }

    private static async Task MoveOnceAsync()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        _ = await StartAsync(pop);
        var (writer, _) = await PublishAsync(pop.First, "log");
        _ = await ReadAsync(pop.First, Remote(writer, "log"));
        Drain(pop, sessions: 6);
    }

    private static async Task<(SocketClient Publisher, List<SocketClient> Viewers)> StartAsync(
        PopHarness pop
    )
    {
        var publisher = await pop.First.PushAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var viewers = new List<SocketClient>();
        for (var viewer = 0; viewer < 3; viewer++)
        {
            viewers.Add(await PullAsync(pop.First, publisher));
        }

        pop.RunUntilAllGoOn(viewers, Cam, frames: 40);
        AssertUnbroken(pop, [publisher, .. viewers], viewers);
        return (publisher, viewers);
    }

    private static async Task<SocketClient> PullAsync(NodeHarness node, SocketClient publisher)
    {
        var session = new SessionKey("app", await node.NewSessionAsync());
        var asked = node.AskAsync(
            session,
            NodeHarness.Remote(publisher.SessionId, "cam"),
            NodeHarness.Remote(publisher.SessionId, "mic")
        );
        node.RunUntil(() => asked.IsCompleted, "The tracks were not found.");
        return await node.AnswerAsync(session, await asked);
    }

    private static void Drain(PopHarness pop, int sessions, Action? alongside = null)
    {
        // Not on this thread, which reads what clients receive before their sockets overflow.
        var draining = Task.Run(async () =>
            await pop.First.Node.HandOverAsync(TimeSpan.FromSeconds(20), CancellationToken.None)
        );
        pop.RunUntil(
            () =>
            {
                alongside?.Invoke();
                return draining.IsCompleted;
            },
            "The drain does not end."
        );
        Assert.Equal(
            new HandOverOutcome(sessions, Lost: 0, Left: 0),
            draining.GetAwaiter().GetResult()
        );
    }

    private static void AssertUnbroken(
        PopHarness pop,
        List<SocketClient> clients,
        List<SocketClient> viewers
    )
    {
        foreach (var client in clients)
        {
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.Replayed));
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
        }

        foreach (var viewer in viewers)
        {
            Assert.Equal(0, viewer.Client.Played[Cam].Missing);
            Assert.Equal(0, viewer.Client.Played[Cam].BackwardTimestamps);
            Assert.Equal(1, viewer.Client.Played[Cam].Sources);
        }

        Assert.Equal(0, pop.Sum(stats => stats.Faults));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.HeldTooLong]));
    }
}
