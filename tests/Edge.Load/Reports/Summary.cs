using System.Globalization;

namespace Edge.Load.Reports;

/// <summary>Medians over repeated runs, side by side.</summary>
internal static class Summary
{
    /// <summary>Makes a table of a folder's reports (<see cref="ReportFiles"/>).</summary>
    public static int Run(string folder, string? jsonFile) =>
        ReportFiles.Summarise<LoadReport, SummaryRow>(folder, jsonFile, Rows, Print);

    /// <summary>The medians of each server and number of viewers; the ratio is to the first server.</summary>
    public static IReadOnlyList<SummaryRow> Rows(IReadOnlyList<LoadReport> reports)
    {
        var rows = new List<SummaryRow>();
        foreach (var sameViewers in reports.GroupBy(report => report.Viewers))
        {
            double? first = null;
            foreach (var runs in sameViewers.GroupBy(report => report.Name, StringComparer.Ordinal))
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
            Viewers = runs[0].Viewers,
            Runs = runs.Length,
            CpuMicroseconds = Middle(run => run.CpuMicroseconds),
            CpuLeast = runs.Min(run => run.CpuMicroseconds),
            CpuMost = runs.Max(run => run.CpuMicroseconds),
            StolenMostPercent = runs.Max(run => run.StolenPercent),
            PacketsPerSecond = Middle(run => run.PacketsPerSecond),
            LossPercent = Middle(run => run.LossPercent),
            Video = Both(run => run.Video),
            FrameLast = Both(run => run.FrameLast),
            Audio = Both(run => run.Audio),
            Post = Both(run => run.Post),
            FirstPacket = Both(run => run.FirstPacket),
            FirstKeyFrame = Both(run => run.FirstKeyFrame),
            MemoryIdleMegabytes = Middle(run => run.MemoryIdleKilobytes / 1024.0),
            MemoryPerViewerKilobytes = Middle(run => run.MemoryPerViewerKilobytes),
        };

        double Middle(Func<LoadReport, double> figure) => Median(runs.Select(figure));

        Quantiles Both(Func<LoadReport, Quantiles> figure) =>
            new(Middle(run => figure(run).P50), Middle(run => figure(run).P99));
    }

    private static void Print(IReadOnlyList<SummaryRow> rows, TextWriter output)
    {
        Line(
            "server",
            "viewers",
            "CPU us/pkt",
            "(range)",
            "ratio",
            "stolen %",
            "pkts/s",
            "loss %",
            "frame ms",
            "audio ms",
            "POST",
            "1st pkt",
            "key frame",
            "idle MB",
            "KB/viewer"
        );
        foreach (var row in rows)
        {
            Line(
                row.Name,
                row.Viewers.ToString(CultureInfo.InvariantCulture),
                Text($"{row.CpuMicroseconds:0.0}"),
                Text($"{row.CpuLeast:0.0}-{row.CpuMost:0.0}"),
                Text($"{row.Ratio:0.00}"),
                Text($"{row.StolenMostPercent:0}"),
                Text($"{row.PacketsPerSecond:0}"),
                Text($"{row.LossPercent:0.00}"),
                Text($"{row.FrameLast.P50:0.0}/{row.FrameLast.P99:0.0}"),
                Text($"{row.Audio.P50:0.0}/{row.Audio.P99:0.0}"),
                Text($"{row.Post.P50:0}/{row.Post.P99:0}"),
                Text($"{row.FirstPacket.P50:0}/{row.FirstPacket.P99:0}"),
                Text($"{row.FirstKeyFrame.P50:0}/{row.FirstKeyFrame.P99:0}"),
                Text($"{row.MemoryIdleMegabytes:0}"),
                Text($"{row.MemoryPerViewerKilobytes:0}")
            );
        }

        output.WriteLine(
            "Pairs are p50/p99 in ms; joins one after another. Equal packets of 1200 bytes."
        );

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

        void Line(string name, params string[] figures) =>
            output.WriteLine(
                name.PadRight(24) + string.Concat(figures.Select(figure => figure.PadLeft(12)))
            );
    }
}
