using Edge.Load.Reports;

namespace Edge.Load.Rooms.Reports;

/// <summary>Medians over repeated rooms of each number of bad networks.</summary>
internal static class RoomsSummary
{
    /// <summary>The rows in the order of the reports: without bad networks first, where that was measured first.</summary>
    public static IReadOnlyList<RoomsRow> Rows(IReadOnlyList<RoomsReport> reports) =>
        [.. reports.GroupBy(report => report.Bad).Select(runs => Row([.. runs]))];

    private static RoomsRow Row(RoomsReport[] runs)
    {
        RoomGroup[] bad = [.. runs.Select(run => run.OfBad).OfType<RoomGroup>()];
        var medians = runs[0] with
        {
            OfferedPerSecond = Middle(run => run.OfferedPerSecond),
            ForwardedPerSecond = Middle(run => run.ForwardedPerSecond),
            EdgeMicroseconds = Middle(run => run.EdgeMicroseconds),
            EdgeCorePercent = Middle(run => run.EdgeCorePercent),
            ControlCorePercent = Middle(run => run.ControlCorePercent),
            JoiningCorePercent = Middle(run => run.JoiningCorePercent),
            JoiningRequestsPercent = Middle(run => run.JoiningRequestsPercent),
            EdgeJoinMilliseconds = Middle(run => run.EdgeJoinMilliseconds),
            ControlJoinMilliseconds = Middle(run => run.ControlJoinMilliseconds),
            EdgeIdleMegabytes = Middle(run => run.EdgeIdleMegabytes),
            EdgeKilobytesPerSession = Middle(run => run.EdgeKilobytesPerSession),
            ControlKilobytesPerSession = Middle(run => run.ControlKilobytesPerSession),
            Good = RoomGroup.Median([.. runs.Select(run => run.Good)]),
            OfBad = bad.Length == 0 ? null : RoomGroup.Median(bad),
            // What spoils a run is not made good by others.
            EdgeWaitedPercent = runs.Max(run => run.EdgeWaitedPercent),
            ClientsWaitedPercent = runs.Max(run => run.ClientsWaitedPercent),
            ClientsLatePercent = runs.Max(run => run.ClientsLatePercent),
            ClientsLongestTurnMilliseconds = runs.Max(run => run.ClientsLongestTurnMilliseconds),
            Drops = new(runs.Sum(run => run.Drops.Server), runs.Sum(run => run.Drops.Others)),
            StolenPercent = runs.Max(run => run.StolenPercent),
            Problems = [.. runs.SelectMany(run => run.Problems)],
        };
        return new RoomsRow(
            runs.Length,
            medians,
            [.. runs.SelectMany(RoomSaturation.Describe).Distinct(StringComparer.Ordinal)]
        );

        double Middle(Func<RoomsReport, double> figure) => Summary.Median(runs.Select(figure));
    }
}
