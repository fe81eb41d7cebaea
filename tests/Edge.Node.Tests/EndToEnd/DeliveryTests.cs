using Control.Contract.Calls;
using Edge.Node.Sessions.Calls;
using Edge.Primitives;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>How pulled tracks are sent: paused and resumed, one before the other.</summary>
public sealed class DeliveryTests
{
    private const int Audio = 0;
    private const int Video = 1;
    private const int LowPackets = 1;
    private const int HighPackets = 3;

    [Fact]
    public async Task Update_PausedAndResumed_NothingComesMeanwhileAndNumbersGoOn()
    {
        await using var harness = new NodeHarness();
        var publisher = await ConnectedAsync(harness);
        var (mic, cam) = (Of(publisher, "mic"), Of(publisher, "cam"));
        var viewer = await harness.PullAsync("app", mic, cam);
        var played = viewer.Client.Played;
        harness.RunUntil(() => played[Video].CompleteFrames >= 30, "The viewer got no video.");

        await harness.UpdateAsync(viewer, Paused(mic), Paused(cam));
        harness.RunFor(0.3);
        var (sound, pictures) = (played[Audio].Packets, played[Video].Packets);
        var keyFrames = played[Video].CompleteKeyFrames;
        harness.RunFor(1);

        Assert.Equal((sound, pictures), (played[Audio].Packets, played[Video].Packets));
        await harness.UpdateAsync(viewer, Resumed(mic), Resumed(cam));
        harness.RunUntil(
            () => played[Audio].Packets >= sound + 25 && played[Video].Packets >= pictures + 60,
            "Not everything was resumed."
        );
        Assert.True(played[Video].CompleteKeyFrames > keyFrames);
        Assert.Equal(0, played[Audio].Missing);
        // A picture that was cut off has to look so.
        Assert.InRange(played[Video].Missing, 0, 1);
        Assert.Equal(0, played[Audio].BackwardTimestamps + played[Video].BackwardTimestamps);
        Assert.Equal((1, 1), (played[Audio].Sources, played[Video].Sources));
    }

    /// <summary>A pull may begin paused, and go over to another track so.</summary>
    [Fact]
    public async Task Pull_Paused_StaysSoAtAnotherTrackUntilResumed()
    {
        await using var harness = new NodeHarness();
        var first = await ConnectedAsync(harness);
        var second = await ConnectedAsync(harness);
        var viewer = await harness.PullAsync("app", Paused(Of(first, "cam")));
        harness.RunUntil(() => viewer.Client.ConnectedAt.IsSet, "The viewer did not connect.");
        harness.RunFor(0.5);
        var mid = (await harness.StateAsync(viewer)).Tracks[0].Mid;

        await harness.UpdateAsync(viewer, Of(second, "cam") with { Mid = mid });
        harness.RunFor(0.5);

        Assert.Equal(0, viewer.Client.Played[0].Packets);
        var track = Assert.Single((await harness.StateAsync(viewer)).Tracks);
        Assert.Equal((second.SessionId, true), (track.SessionId, track.Delivery!.IsPaused));
        await harness.UpdateAsync(viewer, Resumed(Of(second, "cam")));
        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= 20,
            "The viewer got no video."
        );
        Assert.Equal(0, viewer.Client.Played[0].Missing);
    }

    /// <summary>A layer that only paused viewers pull is wanted by nobody.</summary>
    [Fact]
    public async Task Pull_LayersPausedByAll_AreNotWanted()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var publisher = await LayersAsync(harness);
        var viewer = await harness.PullAsync("app", Of(publisher, "cam"));
        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= 30,
            "The viewer got no video."
        );

        await harness.UpdateAsync(viewer, Paused(Of(publisher, "cam")));
        harness.RunUntil(
            () => events.Of(CallsEventKind.TrackWanted).LastOrDefault()?.Rids?.IsEmpty == true,
            "Layers of which nobody is sent anything are still wanted."
        );

        await harness.UpdateAsync(viewer, Resumed(Of(publisher, "cam")));
        harness.RunUntil(
            () => events.Of(CallsEventKind.TrackWanted).LastOrDefault()?.Rids?.IsEmpty == false,
            "The layers are not wanted again."
        );
    }

    /// <summary>A publisher that begins to listen late, or again, is told what it missed.</summary>
    [Fact]
    public async Task Read_AfterLayersWereToldAway_TellsThemAgain()
    {
        await using var harness = new NodeHarness();
        await using var early = new EventLog(harness.Node.Calls);
        var publisher = await LayersAsync(harness);
        harness.RunUntil(
            () => early.Of(CallsEventKind.TrackWanted).LastOrDefault()?.Rids?.IsEmpty == true,
            "Layers that nobody watches are wanted."
        );

        await using var late = new EventLog(harness.Node.Calls, publisher.SessionId);

        harness.RunUntil(
            () => late.Of(CallsEventKind.TrackWanted).LastOrDefault()?.Rids?.IsEmpty == true,
            "A late reader does not hear that nobody watches."
        );
        harness.RunFor(WantedLayers.Patience.TotalSeconds + 1);
        Assert.Equal(1, late.Count(CallsEventKind.TrackWanted));
    }

    /// <summary>A viewer whose network has no room for any layer would be sent the lowest one first: its publisher is
    /// not to send the better one for it meanwhile.</summary>
    [Fact]
    public async Task Pull_NetworkForNoLayer_OnlyTheLowestIsWanted()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var publisher = await LayersAsync(harness);
        var viewer = await harness.PullAsync("app", Of(publisher, "cam"));
        viewer.Path = new LimitedPath(Bitrate.FromKilobits(700));
        harness.RunUntil(
            () => events.Of(CallsEventKind.TrackWanted).LastOrDefault()?.Rids is ["l"],
            "The better layer is wanted though there is no room for it.",
            seconds: 60
        );
        var told = events.Count(CallsEventKind.TrackWanted);

        viewer.Path = new LimitedPath(Bitrate.FromKilobits(80));
        harness.RunUntil(
            () => events.Of(CallsEventKind.LayerChanged).LastOrDefault()?.Paused is not null,
            "Nothing was paused for want of bandwidth.",
            seconds: 60
        );
        harness.RunFor(WantedLayers.Patience.TotalSeconds + 1);

        Assert.Equal(told, events.Count(CallsEventKind.TrackWanted));
    }

    /// <summary>The network carries one camera in its better layer and one in the lower.</summary>
    [Fact]
    public async Task Pull_NetworkForOneBetterLayer_TheHigherPriorityHasIt()
    {
        await using var harness = new NodeHarness();
        var first = await LayersAsync(harness);
        var second = await LayersAsync(harness);
        var viewer = await harness.PullAsync(
            "app",
            Of(first, "cam"),
            Ranked(Of(second, "cam"), priority: 2)
        );
        viewer.Path = new LimitedPath(Bitrate.FromKilobits(1250));

        ExpectLayers(harness, viewer, LowPackets, HighPackets);

        await harness.UpdateAsync(viewer, Ranked(Of(first, "cam"), priority: 5));
        ExpectLayers(harness, viewer, HighPackets, LowPackets);
        Assert.Equal(0, viewer.Client.Played[0].SwitchesWithoutKeyFrame);
    }

    /// <summary>Sound and one of two cameras fit: the other pauses, says so, and says when it is there again.</summary>
    [Fact]
    public async Task Pull_NetworkForOneOfTwo_TheOtherPausesAndComesBackAndSaysSo()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var first = await ConnectedAsync(harness);
        var second = await ConnectedAsync(harness);
        var viewer = await harness.PullAsync(
            "app",
            Ranked(Of(first, "cam"), priority: 1),
            Of(second, "cam")
        );
        viewer.Path = new LimitedPath(Bitrate.FromKilobits(1000));

        harness.RunUntil(
            () => events.Of(CallsEventKind.LayerChanged).Any(told => told.Paused is not null),
            "Nothing was paused for want of bandwidth.",
            seconds: 60
        );
        var paused = events.Of(CallsEventKind.LayerChanged).First(told => told.Paused is not null);
        Assert.Equal(
            ("network", second.SessionId, viewer.SessionId, null),
            (paused.Paused, paused.PublisherSessionId, paused.SessionId, paused.Rid)
        );

        viewer.Path = null;
        harness.RunUntil(
            () =>
                events
                    .Of(CallsEventKind.LayerChanged)
                    .LastOrDefault(told =>
                        string.Equals(
                            told.PublisherSessionId,
                            second.SessionId,
                            StringComparison.Ordinal
                        )
                    )
                    ?.Paused
                    is null,
            "It was not said to be sent again.",
            seconds: 90
        );
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "a=content:slides,main\r\n")]
    public async Task Pull_SharedScreen_ComesFirstWhereverItIsPublished(bool isSaid, string added)
    {
        await using var mesh = new MeshHarness();
        var screen = NodeHarness.Local("0", "screen") with
        {
            Content = isSaid ? TrackContent.Screen : TrackContent.Any,
        };
        var publisher = await mesh.Home.PushVideoAsync(screen, added);
        mesh.RunUntilConnected(publisher);

        var near = await mesh.Home.PullAsync("app", Of(publisher, "screen"));
        var far = await mesh.Away.PullAsync("app", Of(publisher, "screen"));

        Assert.Equal(
            TrackContent.Screen,
            (await mesh.Home.StateAsync(publisher)).Tracks[0].Content
        );
        var here = (await mesh.Home.StateAsync(near)).Tracks[0];
        var there = (await mesh.Away.StateAsync(far)).Tracks[0];
        Assert.All([here, there], track => Assert.Equal(TrackContent.Screen, track.Content));
        Assert.All([here, there], track => Assert.Equal(1, track.Delivery!.Priority));
        await mesh.Away.UpdateAsync(far, Ranked(Of(publisher, "screen"), priority: -3));
        Assert.Equal(-3, (await mesh.Away.StateAsync(far)).Tracks[0].Delivery!.Priority);
    }

    private static void ExpectLayers(
        NodeHarness harness,
        SocketClient viewer,
        int first,
        int second
    )
    {
        var played = viewer.Client.Played;
        harness.RunUntil(
            () => (played[0].LastFramePackets, played[1].LastFramePackets) == (first, second),
            $"The layers are not those of {first} and {second} packets a frame.",
            seconds: 60
        );
    }

    /// <summary>A pause is the session's: its flow arrives at another shard than the one that was asked for it. Half of
    /// all do; chosen: fewer than one of so many do so once in 10^9 runs.</summary>
    [Fact]
    public async Task Pull_PausedAndMovedToAnotherShard_StaysSoUntilResumed()
    {
        const int viewersMax = 30;
        await using var harness = new NodeHarness();
        var camera = Of(await ConnectedAsync(harness), "cam");
        SocketClient viewer;
        var viewers = 0;
        var moves = Moves(harness);
        do
        {
            Assert.True(++viewers <= viewersMax, "No session moved.");
            viewer = await harness.PullAsync("app", Paused(camera));
            harness.RunUntil(() => viewer.Client.ConnectedAt.IsSet, "It did not connect.");
        } while (Moves(harness) == moves);

        harness.RunFor(0.5);
        Assert.Equal(0, viewer.Client.Played[0].Packets);
        await harness.UpdateAsync(viewer, Resumed(camera));
        harness.RunUntil(() => viewer.Client.Played[0].CompleteFrames >= 30, "It was not resumed.");
        Assert.Equal(0, viewer.Client.Played[0].Missing);
    }

    private static long Moves(NodeHarness harness)
    {
        long total = 0;
        foreach (var shard in harness.Node.Shards)
        {
            total += shard.Stats.Moves;
        }

        return total;
    }

    private static async Task<SocketClient> ConnectedAsync(NodeHarness harness)
    {
        var publisher = await harness.PushAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        return publisher;
    }

    private static async Task<SocketClient> LayersAsync(NodeHarness harness)
    {
        var publisher = await harness.PushLayersAsync();
        harness.RunUntil(
            () => publisher.Client.Streams[1].Packets > 0,
            "The publisher did not begin."
        );
        return publisher;
    }

    private static TrackRequest Of(SocketClient publisher, string name) =>
        NodeHarness.Remote(publisher.SessionId, name);

    private static TrackRequest Paused(TrackRequest track) =>
        track with
        {
            Delivery = new DeliveryChoice { IsPaused = true },
        };

    private static TrackRequest Resumed(TrackRequest track) =>
        track with
        {
            Delivery = new DeliveryChoice { IsPaused = false },
        };

    private static TrackRequest Ranked(TrackRequest track, int priority) =>
        track with
        {
            Delivery = new DeliveryChoice { Priority = priority },
        };
}
