using Control.Contract;
using Edge.Primitives;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What a node knows of a player: the layers there are, how many others there are, and that the node goes
/// away; and layers chosen by a player who is sent nothing.</summary>
public sealed class PlayerReportTests
{
    private static readonly SyntheticVideoOptions TwoTemporal = new() { TemporalLayers = 2 };

    [Fact]
    public async Task Describe_TemporalLayersWithoutSimulcast_EachWithItsRate()
    {
        await using var harness = new NodeHarness();
        await PublishAsync(harness);
        var viewer = await ViewAsync(harness);

        var report = await UntilAsync(harness, viewer, seen => seen.Tracks[0].Layers is not null);

        var layer = Assert.Single(report.Tracks[0].Layers!.Value);
        Assert.Equal(("", 640, 360), (layer.Rid, layer.Width, layer.Height));
        Assert.Equal(
            [(0, 0, 640, 360), (0, 1, 640, 360)],
            layer.Inner!.Value.Select(inner =>
                (inner.SpatialId, inner.TemporalId, inner.Width, inner.Height)
            )
        );
        var rates = layer.Inner!.Value.Select(inner => (double)inner.BitsPerSecond).ToArray();
        Assert.InRange(rates[0] / rates[1], 0.3, 0.7);
    }

    [Fact]
    public async Task Describe_StreamWithoutLayers_NothingToChoose()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var viewer = await ViewAsync(harness);
        harness.RunFor(0.5);

        Assert.Null((await harness.DescribeAsync(viewer))!.Tracks[0].Layers);
    }

    [Fact]
    public async Task CountViewers_PlayersThatAreConnected_OfEachStream()
    {
        await using var harness = new NodeHarness();
        await PublishAsync(harness);
        var first = await ViewAsync(harness);
        await ViewAsync(harness);
        // Promised, and never connected.
        await harness.TryPlayAsync(NodeHarness.Stream);
        var question = new ViewerCountRequest([NodeHarness.Stream, new StreamKey("app", "other")]);

        var counted = await harness.Node.CountViewersAsync(question, CancellationToken.None);
        Assert.Equal([2, 0], counted.Viewers.ToArray());

        await harness.Node.CloseAsync(
            new SessionKey("app", first.SessionId),
            CancellationToken.None
        );
        counted = await harness.Node.CountViewersAsync(question, CancellationToken.None);
        Assert.Equal([1, 0], counted.Viewers.ToArray());
    }

    /// <summary>The node walks over the players of each: a question is bounded, and names none twice.</summary>
    [Fact]
    public async Task CountViewers_TooManyOrTheSameTwice_NoAnswer()
    {
        await using var harness = new NodeHarness();
        var streams = Enumerable.Range(0, 1025).Select(index => new StreamKey("app", $"s{index}"));

        Assert.Equal(1024, await CountAsync(streams.Take(1024)));
        Assert.Equal(0, await CountAsync(streams));
        Assert.Equal(0, await CountAsync([NodeHarness.Stream, NodeHarness.Stream]));

        async Task<int> CountAsync(IEnumerable<StreamKey> asked)
        {
            var question = new ViewerCountRequest([.. asked]);
            var counted = await harness.Node.CountViewersAsync(question, CancellationToken.None);
            return counted.Viewers.Length;
        }
    }

    [Fact]
    public async Task Describe_NodeGoesAway_IsLeaving()
    {
        await using var harness = new NodeHarness();
        await PublishAsync(harness);
        var viewer = await ViewAsync(harness);
        Assert.False((await harness.DescribeAsync(viewer))!.IsLeaving);

        harness.Node.Calls.GoAway(TimeSpan.FromMinutes(1));

        Assert.True((await harness.DescribeAsync(viewer))!.IsLeaving);
    }

    /// <summary>A player for whose network everything is too much chooses the lower temporal layer, and has it once
    /// there is room.</summary>
    [Fact]
    public async Task ChangePlayer_PausedForWantOfBandwidth_HoldsOnceItGoesOn()
    {
        await using var harness = new NodeHarness();
        await PublishAsync(harness);
        var viewer = await ViewAsync(harness);
        viewer.Path = new LimitedPath(Bitrate.FromKilobits(100));
        await UntilAsync(harness, viewer, seen => seen.Tracks[0].Paused is not null);

        Assert.IsType<PlayerChangeResult.Done>(await ChooseAsync(harness, viewer, temporal: 0));
        var refused = Assert.IsType<PlayerChangeResult.Refused>(
            await ChooseAsync(harness, viewer, temporal: 2)
        );
        Assert.Equal("temporalLayerId names no layer: the stream has 0 to 1 now.", refused.Detail);
        viewer.Path = null;
        await UntilAsync(harness, viewer, seen => seen.Tracks[0].Paused is null);
        var played = viewer.Client.Played[0];
        var before = played.CompleteFrames;
        // What waited since before the choice comes first.
        harness.RunUntil(() => played.CompleteFrames >= before + 30, "It did not go on.");
        AssertEveryOther(harness, played);
    }

    /// <summary>Every other frame is the upper layer's; only key frames begin the count anew.</summary>
    private static void AssertEveryOther(NodeHarness harness, PlayedTrack track)
    {
        var keyFrames = track.CompleteKeyFrames;
        var last = track.LastFrame;
        var odd = 0L;
        var changes = 0;
        harness.RunUntil(
            () =>
            {
                changes += track.LastFrame != last ? 1 : 0;
                odd += (track.LastFrame - last) % 2;
                last = track.LastFrame;
                return changes >= 60;
            },
            "It did not go on."
        );
        var complete = track.CompleteFrames;
        harness.RunUntil(() => track.CompleteFrames > complete, "The last frame did not come.");
        Assert.InRange(odd, 0, track.CompleteKeyFrames - keyFrames);
    }

    private static async Task PublishAsync(NodeHarness harness)
    {
        var publisher = await harness.PublishAsync(TwoTemporal);
        harness.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
    }

    private static async Task<SocketClient> ViewAsync(NodeHarness harness)
    {
        var viewer = await harness.PlayAsync(offered: NodeHarness.VideoOnly);
        harness.RunUntil(() => viewer.Client.Played[0].CompleteFrames > 10, "Nothing was played.");
        return viewer;
    }

    private static async Task<SessionReport> UntilAsync(
        NodeHarness harness,
        SocketClient viewer,
        Func<SessionReport, bool> isEnough
    )
    {
        var deadline = harness.Now + TimeSpan.FromSeconds(60);
        while (true)
        {
            harness.RunFor(0.1);
            var report = await harness.DescribeAsync(viewer);
            Assert.NotNull(report);
            if (isEnough(report))
            {
                return report;
            }

            Assert.True(harness.Now < deadline, report.ToString());
        }
    }

    private static ValueTask<PlayerChangeResult> ChooseAsync(
        NodeHarness harness,
        SocketClient viewer,
        int temporal
    ) =>
        harness.Node.ChangePlayerAsync(
            new PlayerChange(new SessionKey("app", viewer.SessionId))
            {
                Layer = new LayerChoice(null, null, null, null) { TemporalId = temporal },
            },
            CancellationToken.None
        );
}
