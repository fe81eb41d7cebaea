namespace Edge.Load.Reports;

/// <summary>Medians over repeated runs, side by side.</summary>
internal static class Summary
{
    /// <summary>Makes a table of a folder's reports (<see cref="ReportFiles"/>).</summary>
    public static int Run(string folder, string? jsonFile) =>
        ReportFiles.Summarise<LoadReport, SummaryRow>(folder, jsonFile, Rows, SummaryTable.Print);

    /// <summary>The medians of each server, kind of media and number of streams and viewers; the ratio is to the first server.</summary>
    public static IReadOnlyList<SummaryRow> Rows(IReadOnlyList<LoadReport> reports)
    {
        var rows = new List<SummaryRow>();
        foreach (
            var sameLoad in reports.GroupBy(report =>
                (report.Media, report.Streams, report.Viewers)
            )
        )
        {
            double? first = null;
            foreach (var runs in sameLoad.GroupBy(report => report.Name, StringComparer.Ordinal))
            {
                var row = Row([.. runs]);
                first ??= row.CpuMicroseconds;
                var ratio = first > 0 ? row.CpuMicroseconds / first.Value : 0;
                rows.Add(row with { Ratio = ratio });
            }
        }

        return rows;
    }

    /// <summary>The middle of some numbers, or between the two in the middle.</summary>
    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static SummaryRow Row(LoadReport[] runs)
    {
        return new SummaryRow
        {
            Name = runs[0].Name,
            Media = runs[0].Media,
            Streams = runs[0].Streams,
            Viewers = runs[0].Viewers,
            Version = runs[0].Version,
            Runs = runs.Length,
            CpuMicroseconds = Middle(run => run.CpuMicroseconds),
            CpuLeast = runs.Min(run => run.CpuMicroseconds),
            CpuMost = runs.Max(run => run.CpuMicroseconds),
            CorePercent = Middle(run => run.CorePercent),
            StolenMostPercent = runs.Max(run => run.StolenPercent),
            LateMostPercent = runs.Max(run => run.LatePercent),
            BusyMostPercent = runs.Max(run => run.BusyPercent),
            PacketsPerSecond = Middle(run => run.PacketsPerSecond),
            LossPercent = Middle(run => run.LossPercent),
            LossMostPercent = runs.Max(run => run.LossPercent),
            Video = Distribution.Median([.. runs.Select(run => run.Video)]),
            FrameLast = Distribution.Median([.. runs.Select(run => run.FrameLast)]),
            Audio = Distribution.Median([.. runs.Select(run => run.Audio)]),
            FrameLastP50 = Spread.Of(runs.Select(run => run.FrameLast.P50)),
            FrameLastP99 = Spread.Of(runs.Select(run => run.FrameLast.P99)),
            AudioP99 = Spread.Of(runs.Select(run => run.Audio.P99)),
            Post = Quantiles.Median([.. runs.Select(run => run.Post)]),
            FirstPacket = Quantiles.Median([.. runs.Select(run => run.FirstPacket)]),
            FirstKeyFrame = Quantiles.Median([.. runs.Select(run => run.FirstKeyFrame)]),
            Joins = JoinsRow.Of(runs.Select(run => run.Joins)),
            MemoryIdleMegabytes = Middle(run => run.Memory.Idle / 1024.0),
            MemoryIdleResidentMegabytes = Middle(run => run.Memory.IdleResident / 1024.0),
            MemoryPerViewerKilobytes = Middle(run => run.Memory.PerViewer),
            MemoryPerFurtherViewerKilobytes = Middle(run => run.Memory.PerFurtherViewer),
            MemoryPerTrackKilobytes = Middle(run => run.Memory.PerTrack),
        };

        double Middle(Func<LoadReport, double> figure) => Median(runs.Select(figure));
    }
}
