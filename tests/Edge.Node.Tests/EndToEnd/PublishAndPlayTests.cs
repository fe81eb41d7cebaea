using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A whole node over real loopback sockets: from the offer to frames at the viewer.</summary>
public sealed class PublishAndPlayTests
{
    private const int Audio = 0;
    private const int Video = 1;

    /// <summary>Chosen: flows of all of them hash to one of two shards once in 10^12 runs.</summary>
    private const int ViewersMax = 40;

    [Fact]
    public async Task Play_PublisherConnected_FramesArriveWithoutGap()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        Assert.True(await harness.Node.IsLiveAsync(NodeHarness.Stream, CancellationToken.None));

        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () =>
                viewer.Client.Played[Video].CompleteFrames >= 60
                && viewer.Client.Played[Audio].Packets >= 50,
            "The viewer did not get two seconds of media."
        );

        var video = viewer.Client.Played[Video];
        Assert.True(video.CompleteKeyFrames >= 1);
        Assert.Equal(0, video.BackwardTimestamps);
        Assert.InRange(video.Missing, 0, 2);
        Assert.Equal(0, viewer.Client.Played[Audio].BackwardTimestamps);
        var report = await harness.DescribeAsync(viewer);
        Assert.Equal("connected", report!.State);
        Assert.Equal(2, report.Tracks.Length);
        Assert.True(report.Tracks[Video].Packets >= 180);
        // One more may be on its way.
        Assert.InRange(
            report.Tracks[Video].KeyFrames,
            video.CompleteKeyFrames,
            video.CompleteKeyFrames + 1
        );
        Assert.Equal(0, report.Tracks[Audio].KeyFrames);
        var totals = harness.Node.Report();
        Assert.Equal((1, 1), (totals.Publishers, totals.Players));
        Assert.True(totals.PacketsReceived > 0 && totals.PacketsSent > 0);
    }

    [Fact]
    public async Task Play_ManyViewers_BothShardsServeThem()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewers = new List<SocketClient>();
        while (
            viewers.Count < 4
            || harness.Node.Shards[0].Stats.MediaOut == 0
            || harness.Node.Shards[1].Stats.MediaOut == 0
        )
        {
            Assert.True(viewers.Count < ViewersMax, "All viewers are on one shard.");
            var viewer = await harness.PlayAsync();
            viewers.Add(viewer);
            harness.RunUntil(
                () => viewer.Client.Played[Video].CompleteFrames >= 5,
                "The viewer did not start."
            );
        }

        harness.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played[Video].CompleteFrames >= 30),
            "Not every viewer got a second of video."
        );
        Assert.True(
            harness.Node.Shards[0].Stats.MediaAcross + harness.Node.Shards[1].Stats.MediaAcross > 0
        );
        foreach (var viewer in viewers)
        {
            Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
        }
    }

    [Fact]
    public async Task Play_PublisherIgnoresKeyFrameRequests_StartsFromTheCache()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync(
            new SyntheticVideoOptions { KeyFrameInterval = 300, AnswersKeyFrameRequests = false }
        );
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        harness.RunFor(1);

        var viewers = new List<SocketClient>();
        for (var index = 0; index < 6; index++)
        {
            viewers.Add(await harness.PlayAsync());
        }

        harness.RunUntil(
            () => viewers.TrueForAll(viewer => viewer.Client.Played[Video].CompleteKeyFrames >= 1),
            "A viewer did not start before the next key frame, ten seconds on.",
            seconds: 5
        );
    }

    [Fact]
    public async Task Publish_UnderTheSameName_ViewersGoOn()
    {
        await using var harness = new NodeHarness();
        var first = await harness.PublishAsync();
        harness.RunUntil(() => first.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        var viewer = await harness.PlayAsync();
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 15, "The viewer did not start.");
        harness.Leave(first);

        var second = await harness.PublishAsync();
        harness.RunUntil(() => second.Client.ConnectedAt.IsSet, "The second did not connect.");
        var before = video.CompleteFrames;
        harness.RunUntil(
            () => video.CompleteFrames >= before + 30,
            "The viewer did not go on with the second publisher."
        );

        Assert.True(video.CompleteKeyFrames >= 2);
        Assert.Equal(0, video.BackwardTimestamps);
        Assert.InRange(video.Missing, 0, 3);
        Assert.Equal(1, harness.Node.Report().Publishers);
    }

    [Fact]
    public async Task Close_ByControl_ClientHearsIt()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );

        Assert.IsType<Control.Contract.CloseResult.NotFound>(
            await harness.Node.CloseAsync(new("other", publisher.SessionId), CancellationToken.None)
        );
        Assert.IsType<Control.Contract.CloseResult.Closed>(
            await harness.Node.CloseAsync(new("app", publisher.SessionId), CancellationToken.None)
        );

        harness.RunUntil(
            () => publisher.Client.Peer.Transport.State == Protocol.Transport.PeerState.Closed,
            "The client did not hear of it."
        );
        Assert.IsType<Control.Contract.CloseResult.NotFound>(
            await harness.Node.CloseAsync(new("app", publisher.SessionId), CancellationToken.None)
        );
        Assert.Equal(0, harness.Node.Report().Publishers);
        Assert.IsType<Control.Contract.SessionResult.Refused>(
            await harness.TryPlayAsync(NodeHarness.Stream)
        );
    }

    [Fact]
    public async Task Dispose_SessionsAlive_EveryClientHearsIt()
    {
        var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(() => viewer.Client.ConnectedAt.IsSet, "The viewer did not connect.");

        await harness.Node.DisposeAsync();

        harness.RunUntil(
            () =>
                publisher.Client.Peer.Transport.State == Protocol.Transport.PeerState.Closed
                && viewer.Client.Peer.Transport.State == Protocol.Transport.PeerState.Closed,
            "A client did not hear of the end."
        );
        await harness.DisposeAsync();
    }
}
