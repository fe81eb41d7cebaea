using System.Globalization;
using Anycast.Steering;
using Edge.Node.Tests.EndToEnd;
using Edge.Testing;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.Telemetry;

/// <summary>What operators are told of each other PoP.</summary>
public sealed class PeerMetricsTests
{
    private static readonly string Home = NumberOf("pop1");
    private static readonly string Away = NumberOf("pop2");

    /// <summary>One sends, the other plays: both say the same of the link between them, each from its side.</summary>
    [Fact]
    public async Task Report_TrackPulledInAnotherPop_BothSidesSayWhatWentBetweenThem()
    {
        await using var mesh = new MeshHarness();
        _ = await PlayAcrossAsync(mesh);

        var home = await ReportAsync(mesh.Home);
        var away = await ReportAsync(mesh.Away);

        Assert.Equal(1, home.Of("sfu_mesh_peer_tracks", Away, "out"));
        Assert.Equal(0, home.Of("sfu_mesh_peer_tracks", Away, "in"));
        Assert.Equal(1, away.Of("sfu_mesh_peer_tracks", Home, "in"));
        Assert.Equal(1, away.Of("sfu_mesh_peer_paths", Home, "free"));
        Assert.Equal(double.Parse(Away, CultureInfo.InvariantCulture), away.Of("sfu_pop_number"));
        foreach (var what in (string[])["frames", "packets", "bytes"])
        {
            var came = away.Of($"sfu_mesh_peer_{what}_total", Home, "in");
            Assert.True(came > 0, what);
            mesh.Away.RunUntil(
                () => Report(mesh.Home).Of($"sfu_mesh_peer_{what}_total", Away, "out") >= came,
                $"More {what} came than were sent."
            );
        }

        Assert.Equal(0, away.Of("sfu_mesh_peer_frames_total", "other", "in"));
        Assert.InRange(away.Of("sfu_mesh_peer_silence_seconds", Home), 0, 60);
    }

    /// <summary>What the bus loses is missing there, and a key frame heals it.</summary>
    [Fact]
    public async Task Report_BusLosesFrames_SaysWhatWasLostAndAskedFor()
    {
        await using var mesh = new MeshHarness();
        var viewer = await PlayAcrossAsync(mesh);
        var before = Report(mesh.Away);
        var left = 3;
        mesh.HomeSieve.Loses = subject =>
            subject.StartsWith("media.", StringComparison.Ordinal)
            && Interlocked.Decrement(ref left) >= 0;

        mesh.Away.RunUntil(
            () => Grew(mesh, before, "frames_lost") && Grew(mesh, before, "key_frames_wanted"),
            "Nothing was lost, or no key frame asked for."
        );

        Assert.InRange(
            Report(mesh.Away).Of("sfu_mesh_peer_frames_lost_total", Home)
                - before.Of("sfu_mesh_peer_frames_lost_total", Home),
            1,
            3
        );
        mesh.ExpectFrames(viewer.Client.Played[0], 10);
    }

    /// <summary>The way is cut while somebody watches; when she leaves, nothing is awaited any more.</summary>
    [Fact]
    public async Task Report_NothingComesAnyMore_SaysForHowLong()
    {
        await using var mesh = new MeshHarness();
        _ = await PlayAcrossAsync(mesh);
        mesh.HomeSieve.Loses = static _ => true;

        mesh.Away.RunUntil(() => Silence(mesh) > 1.5, "It is not silent.");
        await mesh.Away.Node.CloseAppAsync("app");
        mesh.Away.RunUntil(() => Silence(mesh) == 0, "It is silent still.");
    }

    /// <summary>A question that every version answers tells how far the other PoP is.</summary>
    [Fact]
    public async Task Report_TracksOfAnotherPopAreWatched_SaysHowLongAnAnswerTakes()
    {
        await using var mesh = new MeshHarness();
        _ = await PlayAcrossAsync(mesh);
        mesh.Away.RunUntil(
            () =>
                Report(mesh.Away)
                    .Series.Contains(
                        $"sfu_mesh_peer_round_trip_seconds{{{Home}}}",
                        StringComparer.Ordinal
                    ),
            "No answer of the other PoP was timed."
        );

        var took = Report(mesh.Away).Of("sfu_mesh_peer_round_trip_seconds", Home);
        Assert.InRange(took, 1e-7, 60);
    }

    /// <summary>The names are what dashboards and alerts rely on. Who comes and goes adds none.</summary>
    [Fact]
    public async Task Report_OfAPeerPop_TheSeriesOfTheGoldenFile()
    {
        await using var mesh = new MeshHarness();
        _ = await PlayAcrossAsync(mesh);

        var before = await SeriesAsync(mesh.Home);
        Golden.Match("metrics/peers.txt", before);
        await mesh.Away.Node.CloseAppAsync("app");
        _ = await PlayAcrossAsync(mesh);

        Assert.Equal(before, await SeriesAsync(mesh.Home));
    }

    private static async Task<SocketClient> PlayAcrossAsync(MeshHarness mesh)
    {
        var publisher = await mesh.Home.PushAsync();
        mesh.RunUntilConnected(publisher);
        var viewer = await mesh.Away.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        mesh.Away.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= 5,
            "The viewer got no frames of the other PoP."
        );
        return viewer;
    }

    private static async Task<string> SeriesAsync(NodeHarness harness)
    {
        var report = await ReportAsync(harness);
        var lines = report
            .Series.Where(each => each.StartsWith("sfu_mesh_peer_", StringComparison.Ordinal))
            .Where(each => !each.StartsWith("sfu_mesh_peer_round", StringComparison.Ordinal));
        return string.Concat(lines.Select(each => $"{each}\n"));
    }

    private static double Silence(MeshHarness mesh) =>
        Report(mesh.Away).Of("sfu_mesh_peer_silence_seconds", Home);

    private static bool Grew(MeshHarness mesh, MetricTable before, string what)
    {
        var name = $"sfu_mesh_peer_{what}_total";
        return Report(mesh.Away).Of(name, Home) > before.Of(name, Home);
    }

    private static MetricTable Report(NodeHarness harness) =>
        ReportAsync(harness).GetAwaiter().GetResult();

    private static async Task<MetricTable> ReportAsync(NodeHarness harness)
    {
        var table = new MetricTable();
        await harness.Node.ReportAsync(table, CancellationToken.None);
        return table;
    }

    private static string NumberOf(string pop) =>
        OwnerCode.NumberOf(pop).ToString(CultureInfo.InvariantCulture);
}
