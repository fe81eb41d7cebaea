using Edge.Node.Tests.EndToEnd;
using Edge.Testing;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.Telemetry;

/// <summary>What operators are told of a node, beside what its clients know.</summary>
public sealed class NodeMetricsTests
{
    private const int Audio = 0;
    private const int Video = 1;

    [Fact]
    public async Task Report_PublisherAndViewer_SaysWhatTheyKnow()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        var viewer = await PlayAsync(harness);
        var seenBefore = viewer.Client.Played[Video].Packets;

        var report = await ReportAsync(harness);

        Assert.Equal(1, report.Of("sfu_sessions", "publisher"));
        Assert.Equal(1, report.Of("sfu_sessions", "player"));
        foreach (var kind in (string[])["audio", "video"])
        {
            Assert.Equal(1, report.Of("sfu_tracks", kind, "in"));
            Assert.Equal(1, report.Of("sfu_tracks", kind, "out"));
            Assert.InRange(report.Of("sfu_packets_total", kind, "in"), 1, SentBy(publisher));
            Assert.True(report.Of("sfu_bytes_total", kind, "out") > 0);
        }

        Assert.True(report.Of("sfu_packets_total", "video", "out") >= seenBefore);
        Assert.True(report.Of("sfu_downlinks_estimated_bytes_per_second") > 0);
        Assert.Equal(0, report.Of("sfu_faults_total"));
        foreach (var stage in (string[])["created", "first_stun", "ice_ok", "dtls_ok"])
        {
            Assert.Equal(2, report.Of("sfu_session_stage_seconds_count", stage));
        }

        Assert.Equal(1, report.Of("sfu_session_stage_seconds_count", "first_rtp_in"));
        Assert.Equal(1, report.Of("sfu_session_stage_seconds_count", "first_rtp_out"));
    }

    /// <summary>Clients come, go to other shards with their flows, and leave: nothing that was counted is forgotten, and
    /// there are no more series than before anybody came.</summary>
    [Fact]
    public async Task Report_SessionsComeAndGo_CountersNeverGoBackAndSeriesStay()
    {
        await using var harness = new NodeHarness();
        var last = await ReportAsync(harness);
        var series = last.Series.ToList();
        _ = await harness.PublishAsync();
        var viewers = new List<SocketClient>();
        for (var viewer = 0; viewer < 12; viewer++)
        {
            viewers.Add(await PlayAsync(harness));
            last = await LaterAsync(harness, last);
        }

        var sent = last.Of("sfu_packets_total", "video", "out");
        foreach (var viewer in viewers)
        {
            _ = await harness.Node.CloseAsync(
                new(NodeHarness.Stream.AppId, viewer.SessionId),
                CancellationToken.None
            );
            last = await LaterAsync(harness, last);
        }

        harness.RunUntil(() => harness.Node.SessionCount == 1, "The viewers are not gone.");
        last = await LaterAsync(harness, last);

        Assert.Equal(0, last.Of("sfu_tracks", "video", "out"));
        Assert.True(last.Of("sfu_packets_total", "video", "out") >= sent);
        Assert.Equal(12, last.Of("sfu_sessions_ended_total", "requested"));
        Assert.Equal(series, last.Series);
    }

    /// <summary>A session takes its counters along; each node says what was counted there.</summary>
    [Fact]
    public async Task Report_SessionsMove_EachPacketIsCountedOnce()
    {
        await using var pop = new PopHarness(2, change: PopHarness.Patient);
        var publisher = await pop.First.PublishAsync();
        pop.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");
        List<SocketClient> viewers = [await pop.First.PlayAsync()];
        pop.RunUntilAllGoOn(viewers, Video, frames: 30);
        var before = await ReportAsync(pop.First);

        await pop.RunAsync(() => PopHarness.MoveAllAsync(pop.First, pop.Nodes[1]));
        pop.RunUntilAllGoOn(viewers, Video, frames: 5);

        var left = await LaterAsync(pop.First, before);
        var arrived = await ReportAsync(pop.Nodes[1]);
        Assert.Equal(1, arrived.Of("sfu_tracks", "video", "in"));
        Assert.Equal(0, left.Of("sfu_tracks", "video", "in"));
        Assert.InRange(
            arrived.Of("sfu_packets_total", "video", "in"),
            1,
            SentBy(publisher) - before.Of("sfu_packets_total", "video", "in")
        );
        Assert.Equal(0, arrived.Of("sfu_session_stage_seconds_count", "created"));
        Assert.Equal(2, left.Of("sfu_session_stage_seconds_count", "created"));
    }

    [Fact]
    public async Task Report_NobodyCame_SaysHowFarTheSessionWas()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                ConnectTimeout = TimeSpan.FromSeconds(1),
            }
        );
        var publisher = await harness.PublishAsync();
        harness.Leave(publisher);
        harness.RunUntil(() => harness.Node.SessionCount == 0, "The session did not end.");

        var report = await ReportAsync(harness);

        Assert.Equal(1, report.Of("sfu_join_failures_total", "created", "connect_timeout"));
        Assert.Equal(1, report.Of("sfu_sessions_ended_total", "connect_timeout"));
    }

    /// <summary>The names are what dashboards and alerts rely on.</summary>
    [Fact]
    public async Task Report_OfANodeWithOthers_TheSeriesOfTheGoldenFile()
    {
        await using var pop = new PopHarness(2, hasMesh: true);

        var report = await ReportAsync(pop.First);

        Golden.Match("metrics/node.txt", string.Concat(report.Series.Select(each => $"{each}\n")));
    }

    private static long SentBy(SocketClient publisher) =>
        publisher.Client.Streams.Sum(stream => stream.Packets);

    private static async Task<SocketClient> PlayAsync(NodeHarness harness)
    {
        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () =>
                viewer.Client.Played[Video].CompleteFrames >= 3
                && viewer.Client.Played[Audio].Packets >= 3,
            "The viewer did not get media."
        );
        return viewer;
    }

    private static async Task<MetricTable> ReportAsync(NodeHarness harness)
    {
        var table = new MetricTable();
        await harness.Node.ReportAsync(table, CancellationToken.None);
        return table;
    }

    private static async Task<MetricTable> LaterAsync(NodeHarness harness, MetricTable before)
    {
        var now = await ReportAsync(harness);
        foreach (var counter in before.Counters)
        {
            Assert.True(now.Of(counter) >= before.Of(counter), $"{counter} went back.");
        }

        return now;
    }
}
