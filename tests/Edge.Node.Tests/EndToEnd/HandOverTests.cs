using Edge.Node.HandOver;
using Edge.Node.HandOver.Giving;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Telemetry;
using Edge.Protocol.Congestion.Sending;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sessions that go to another node of their PoP in the middle of everything.</summary>
public sealed class HandOverTests
{
    private const int Video = 1;

    /// <summary>Some packets of sound and some pictures.</summary>
    private static readonly TimeSpan LetterTime = TimeSpan.FromMilliseconds(150);

    /// <summary>Chosen: all go to one of two nodes once in 10^3 runs of other names, and names are the same each time.</summary>
    private const int Streams = 10;

    /// <summary>The first move of a process takes half a second, for its code is compiled on the way; in a native one it is as
    /// quick as all others.</summary>
    private static readonly Lazy<Task> CodeIsCompiled = new(MoveOnceAsync);

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task Move_PublisherAndViewers_NobodyNotices(int viewerCount)
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount);
        var connected = viewers.ConvertAll(viewer => viewer.Client.ConnectedAt);
        var requests = KeyFrameRequests(publisher);

        Drain(pop, pop.First, sessions: viewerCount + 1);
        pop.RunUntilAllGoOn(viewers, Video, frames: 30);

        Assert.Equal(0, pop.First.Node.SessionCount);
        Assert.Equal(viewerCount + 1, pop.Nodes[1].Node.SessionCount);
        Assert.Equal(connected, viewers.ConvertAll(viewer => viewer.Client.ConnectedAt));
        Assert.Equal(requests, KeyFrameRequests(publisher));
        AssertUnbroken(pop, publisher, viewers);
    }

    [Fact]
    public async Task Move_BackAndForth_NobodyNotices()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 3);
        for (var move = 0; move < 10; move++)
        {
            var (from, to) = (pop.Nodes[move % 2], pop.Nodes[(move + 1) % 2]);
            await pop.RunAsync(() => PopHarness.MoveAllAsync(from, to));
            pop.RunUntilAllGoOn(viewers, Video, frames: 3);
        }

        AssertUnbroken(pop, publisher, viewers);
    }

    /// <summary>What a viewer's network delays is not compared with what it delayed at the other node: the letter's own time
    /// would be taken for a queue, and pictures would have no room any more.</summary>
    [Fact]
    public async Task Move_Viewer_DelaysAreNotComparedAcross()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        _ = await StartAsync(pop, viewerCount: 1);
        Assert.False(Bandwidth(pop.First).IsJustMoved);

        var giver = pop.First.Node;
        await pop.RunAsync(() => PopHarness.UntilMovableAsync(giver, giver.State.Sessions.All));

        // Nobody drives the clients meanwhile, so that nothing is heard of what leaves.
        await PopHarness.MoveAllAsync(pop.First, pop.Nodes[1]);

        Assert.True(Bandwidth(pop.Nodes[1]).HasTransportFeedback);
        Assert.True(Bandwidth(pop.Nodes[1]).IsJustMoved);
        pop.RunUntil(
            () => !Bandwidth(pop.Nodes[1]).IsJustMoved,
            "Nothing is heard of what leaves from here."
        );
    }

    /// <summary>The publisher stays at a third node, and the letter takes its time: what is sent meanwhile comes to the viewer from
    /// where it is then.</summary>
    [Fact]
    public async Task Move_ViewerOfAnotherNode_MissesNothing()
    {
        await using var pop = new PopHarness(4, hasMesh: true, change: PatientStaying);
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        List<SocketClient> viewers = [await pop.Nodes[1].PlayAsync()];
        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        // The first move compiles what the second one needs.
        await MoveAsync(letterTime: default, from: 1);
        var missing = Missing(viewers[0]);
        var requests = KeyFrameRequests(publisher);

        await MoveAsync(LetterTime, from: 2);

        Assert.Equal(1, pop.Nodes[3].Node.SessionCount);
        Assert.Equal(missing, Missing(viewers[0]));
        Assert.Equal(requests, KeyFrameRequests(publisher));

        async Task MoveAsync(TimeSpan letterTime, int from)
        {
            await pop.RunAsync(() =>
                PopHarness.MoveAllAsync(pop.Nodes[from], pop.Nodes[from + 1], letterTime)
            );
            pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        }
    }

    /// <summary>Viewers that stay hear the node that goes on from its first packet, before theirs knows which one that is.</summary>
    [Fact]
    public async Task Move_PublisherAlone_ViewersThatStayMissNothing()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, hasMesh: true, change: PatientStaying);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        var requests = KeyFrameRequests(publisher);

        await pop.RunAsync(async () =>
        {
            var group = await WriteAsync(pop.First, SessionRole.Publisher);
            await PopHarness.TakeAsync(group, pop.Nodes[1]);
            // The answer takes its time.
            await Task.Delay(LetterTime);
            await pop.First.Node.Giver.ForgetAsync(group, pop.Nodes[1].Node.Number, isHere: false);
        });
        pop.RunUntilAllGoOn(viewers, Video, frames: 30);

        Assert.Equal(1, pop.Nodes[1].Node.SessionCount);
        Assert.Equal(requests, KeyFrameRequests(publisher));
        AssertUnbroken(pop, publisher, viewers);
    }

    /// <summary>Nobody took it: viewers that stay have it from here again.</summary>
    [Fact]
    public async Task Move_PublisherThatComesBack_GoesOnForThoseWhoStayed()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(2, hasMesh: true, change: PatientStaying);
        var (publisher, viewers) = await StartAsync(pop, viewerCount: 1);
        var node = pop.First.Node;

        await pop.RunAsync(async () =>
        {
            var group = await WriteAsync(pop.First, SessionRole.Publisher);
            Assert.NotEmpty(node.Engine!.Remote);
            Assert.Null(await node.Taker.ReturnAsync(group.Parcels));
            await node.Giver.ForgetAsync(group, node.Number, isHere: true);
        });
        pop.RunUntilAllGoOn(viewers, Video, frames: 30);

        Assert.Empty(node.Engine!.Remote);
        AssertUnbroken(pop, publisher, viewers);
    }

    /// <summary>Nobody knows who has it: what viewers were about to take from elsewhere ends with it.</summary>
    [Fact]
    public async Task Move_PublisherThatIsLost_LeavesNothingBehind()
    {
        await using var pop = new PopHarness(2, hasMesh: true, change: PatientStaying);
        _ = await StartAsync(pop, viewerCount: 1);
        var node = pop.First.Node;
        var stream = Assert
            .Single(
                node.State.Streams.Playable(NodeHarness.Stream),
                source => source.Track.Description.Kind == Edge.Wire.Payload.MediaKind.Video
            )
            .Track;

        await pop.RunAsync(async () =>
        {
            var group = await WriteAsync(pop.First, SessionRole.Publisher);
            Assert.NotNull(stream.Remote);
            await node.Giver.LoseAsync(group);
        });

        Assert.Empty(node.Engine!.Remote);
        Assert.Null(stream.Remote);
        Assert.Null(stream.Source);
    }

    /// <summary>A request that holds one session does not hold up those that go with it.</summary>
    [Fact]
    public async Task Write_OneIsHeldByARequest_TheOthersAreEnteredMeanwhile()
    {
        await using var pop = new PopHarness(1, change: PopHarness.Patient);
        _ = await StartAsync(pop, viewerCount: 1);
        var node = pop.First.Node;
        var giver = new SessionGiver(node.State, (CallsNode)node.Calls, node.Taker)
        {
            GateWithin = TimeSpan.FromMinutes(1),
        };
        var sessions = node.State.Sessions.All.ToList();
        await sessions[0].Gate.WaitAsync();

        await pop.RunAsync(() => PopHarness.UntilMovableAsync(node, sessions));
        var writing = Task.Run(async () =>
            await giver.WriteAsync([
                .. sessions.Select(media => new LeavingSession(media, calls: null)),
            ])
        );
        pop.RunUntil(() => sessions[1].Gate.CurrentCount == 0, "The other one waits.");
        sessions[0].Gate.Release();

        pop.RunUntil(() => writing.IsCompleted, "The group is not written.");
        var group = await writing;
        Assert.Equal(2, group.Sessions.Count);
        await giver.LoseAsync(group);
    }

    /// <summary>Many streams go to two nodes, each with its viewers to one.</summary>
    [Fact]
    public async Task Drain_ManyStreams_AllGoOnElsewhere()
    {
        await CodeIsCompiled.Value;
        await using var pop = new PopHarness(3, change: PopHarness.Patient);
        var publishers = new List<SocketClient>();
        var viewers = new List<SocketClient>();
        for (var stream = 0; stream < Streams; stream++)
        {
            var key = new Control.Contract.StreamKey("app", $"stream {stream}");
            var publisher = await pop.First.PublishAsync(stream: key);
            publishers.Add(publisher);
            pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
            viewers.Add(await pop.First.PlayAsync(stream: key));
            viewers.Add(await pop.First.PlayAsync(stream: key));
        }

        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        publishers.ForEach(publisher => AssertUnbroken(pop, publisher, viewers));
        Drain(pop, pop.First, sessions: 3 * Streams);
        pop.RunUntilAllGoOn(viewers, Video, frames: 30);

        Assert.Equal(0, pop.First.Node.SessionCount);
        Assert.True(pop.Nodes[1].Node.SessionCount > 0, "All went to one node.");
        Assert.True(pop.Nodes[2].Node.SessionCount > 0, "All went to one node.");
        publishers.ForEach(publisher => AssertUnbroken(pop, publisher, viewers));
    }

    private static void Drain(PopHarness pop, NodeHarness from, int sessions)
    {
        // Not on this thread, which reads what clients receive before their sockets overflow.
        var draining = Task.Run(async () =>
            await from.Node.HandOverAsync(TimeSpan.FromSeconds(20), CancellationToken.None)
        );
        pop.RunUntil(() => draining.IsCompleted, "The drain does not end.");
        Assert.Equal(
            new HandOverOutcome(sessions, Lost: 0, Left: 0),
            draining.GetAwaiter().GetResult()
        );
    }

    private static async Task MoveOnceAsync()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        _ = await StartAsync(pop, viewerCount: 2);
        Drain(pop, pop.First, sessions: 3);
    }

    private static MediaNodeOptions PatientStaying(MediaNodeOptions options) =>
        PopHarness.Patient(PopHarness.Staying(options));

    private static long[] Missing(SocketClient viewer) =>
        [.. viewer.Client.Played.Select(track => track.Missing)];

    private static async Task<WrittenGroup> WriteAsync(NodeHarness from, SessionRole role)
    {
        var media = Assert.Single(from.Node.State.Sessions.All, media => media.Role == role);
        await PopHarness.UntilMovableAsync(from.Node, [media]);
        var group = await from.Node.Giver.WriteAsync([new LeavingSession(media, calls: null)]);
        Assert.Single(group.Sessions);
        return group;
    }

    private static async Task<(SocketClient Publisher, List<SocketClient> Viewers)> StartAsync(
        PopHarness pop,
        int viewerCount
    )
    {
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var viewers = new List<SocketClient>();
        for (var viewer = 0; viewer < viewerCount; viewer++)
        {
            viewers.Add(await pop.First.PlayAsync());
        }

        // Until nobody who joined wishes for a key frame any more.
        pop.RunUntilAllGoOn(viewers, Video, frames: 40);
        AssertUnbroken(pop, publisher, viewers);
        return (publisher, viewers);
    }

    private static SendBandwidth Bandwidth(NodeHarness node) =>
        Assert
            .Single(node.Node.State.Sessions.All, media => media.Role == SessionRole.Player)
            .Peer.Sender.Bandwidth!;

    private static long KeyFrameRequests(SocketClient publisher) =>
        publisher.Client.KeyFrameRequests;

    /// <summary>Everybody's SRTP session lives through all moves: an index used twice would be a replay, a lost roll-over
    /// counter would not authenticate.</summary>
    private static void AssertUnbroken(
        PopHarness pop,
        SocketClient publisher,
        List<SocketClient> viewers
    )
    {
        foreach (var client in viewers.Append(publisher))
        {
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.Replayed));
            Assert.Equal(0, client.Client.Peer.Transport.Dropped(DropReason.NotAuthentic));
        }

        foreach (var viewer in viewers)
        {
            Assert.Equal(0, viewer.Client.Played[Video].Missing);
            Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
            Assert.Equal(1, viewer.Client.Played[Video].Sources);
        }

        Assert.Equal(0, pop.Sum(stats => stats.Faults));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.HeldTooLong]));
    }
}
