using Edge.Load.Reports;

namespace Edge.Load.Mesh;

/// <summary>Medians over repeated runs of each place, link and rate.</summary>
internal static class MeshSummary
{
    /// <summary>The rows: rates in turn; links and places in the order of the reports.</summary>
    public static IReadOnlyList<MeshRow> Rows(IReadOnlyList<MeshReport> reports)
    {
        var rows = new List<MeshRow>();
        foreach (var sameRate in reports.GroupBy(report => report.Streams))
        {
            var forward = Middle(
                sameRate.Select(report => new MeshCosts(report).Forward).OfType<double>()
            );
            MeshRow? home = null;
            foreach (
                var sameLink in sameRate.GroupBy(
                    report => report.Conditions,
                    StringComparer.Ordinal
                )
            )
            {
                MeshReport[] runs = [.. sameLink];
                foreach (var place in runs[0].Phases.Select(phase => phase.Place))
                {
                    var row = Row(runs, place, forward);
                    home ??= place is MeshOptions.Home ? row : null;
                    rows.Add(WithAdded(row, home));
                }
            }
        }

        return rows;
    }

    private static MeshRow WithAdded(MeshRow row, MeshRow? home) =>
        home is null || !row.HasArrived
            ? row
            : row with
            {
                Added = Difference(row.Video, home.Video),
                FrameAdded = Difference(row.FrameLast, home.FrameLast),
            };

    private static MeshRow Row(MeshReport[] runs, string place, double forward)
    {
        var edges = runs.SelectMany(run => run.Phases)
            .Select(phase => phase.Place)
            .Append(MeshOptions.Home)
            .ToHashSet(StringComparer.Ordinal);
        var phases = runs.Select(run => run.Find(place))
            .OfType<MeshPhase>()
            .Zip(runs.Select(run => new MeshCosts(run)))
            .ToArray();
        var isAway = place is not ("" or MeshOptions.Home);
        return new MeshRow
        {
            Conditions = runs[0].Conditions,
            Place = place,
            Streams = runs[0].Streams,
            Runs = phases.Length,
            PacketsPerSecond = Of((phase, _) => phase.Published / phase.Seconds),
            Viewers = Of((phase, _) => phase.Viewers),
            ArrivedPercent = Of((phase, _) => 100.0 * phase.Arrived / Math.Max(1, phase.Published)),
            HomeMicroseconds = Of(
                (phase, _) => PerPacket(phase, MeshOptions.Home, phase.Published)
            ),
            PlaceMicroseconds = isAway
                ? Of((phase, _) => PerPacket(phase, place, phase.Arrived))
                : 0,
            SendMicroseconds = Of(
                (phase, costs) => costs.Of(phase, MeshOptions.Home, phase.Published)
            ),
            SendMeshMicroseconds = Of(
                (phase, costs) => costs.OfMesh(phase, MeshOptions.Home, phase.Published)
            ),
            ReceiveMeshMicroseconds = isAway
                ? Of((phase, costs) => costs.OfMesh(phase, place, phase.Arrived))
                : 0,
            ReceiveMicroseconds = isAway
                ? Of((phase, costs) => costs.Of(phase, place, phase.Arrived) - forward)
                : 0,
            BusMicroseconds = Of((phase, costs) => costs.OfBus(phase, edges)),
            Video = Both(phase => phase.Video),
            FrameLast = Both(phase => phase.FrameLast),
            Added = new(0, 0),
            FrameAdded = new(0, 0),
            SentAgainPerSecond = Of((phase, _) => phase.Segments.SentAgain / phase.Seconds),
            PauseMostMilliseconds = phases.Max(each => each.First.LongestTurnMilliseconds),
            StolenMostPercent = phases.Max(each => each.First.StolenPercent),
        };

        double Of(Func<MeshPhase, MeshCosts, double> figure) =>
            Middle(phases.Select(each => figure(each.First, each.Second)));

        Quantiles Both(Func<MeshPhase, Quantiles> figure) =>
            new(Of((phase, _) => figure(phase).P50), Of((phase, _) => figure(phase).P99));
    }

    private static double PerPacket(MeshPhase phase, string process, long packets) =>
        1e6 * phase.Cpu.GetValueOrDefault(process) / Math.Max(1, packets);

    private static double Middle(IEnumerable<double> numbers)
    {
        double[] all = [.. numbers];
        return all.Length == 0 ? 0 : Summary.Median(all);
    }

    private static Quantiles Difference(Quantiles left, Quantiles right) =>
        new(left.P50 - right.P50, left.P99 - right.P99);
}
