using System.Diagnostics;
using System.Globalization;

namespace Edge.Load.Reports;

/// <summary>Prints the rows: what a packet costs and how late it is, what a join costs, what memory is needed.</summary>
internal static class SummaryTable
{
    private const string Nothing = "-";

    public static void Print(IReadOnlyList<SummaryRow> rows, TextWriter output)
    {
        PrintPackets([.. rows.Where(row => row.Viewers > 0)], output);
        PrintJoins([.. rows.Where(row => row.Joins is not null)], output);
        PrintMemory(rows, output);
        foreach (var server in rows.DistinctBy(row => row.Name, StringComparer.Ordinal))
        {
            output.WriteLine($"{server.Name}: {server.Version ?? "of an unknown version"}");
        }
    }

    private static void PrintPackets(IReadOnlyList<SummaryRow> rows, TextWriter output)
    {
        if (rows.Count == 0)
        {
            return;
        }

        output.WriteLine("Forwarding. Latencies in ms: p50/p99/p99.9.");
        var table = new TextTable(
            "server",
            "media",
            "streams",
            "viewers",
            "CPU us/pkt",
            "(range)",
            "ratio",
            "core %",
            "pkts/s",
            "loss %",
            "packet",
            "frame's last",
            "audio",
            "late %",
            "stolen %"
        );
        foreach (var row in rows)
        {
            table.Add(
                row.Name,
                Media(row),
                $"{row.Streams}",
                $"{row.Viewers}",
                Text($"{row.CpuMicroseconds:0.0}"),
                Text($"{row.CpuLeast:0.0}-{row.CpuMost:0.0}"),
                Text($"{row.Ratio:0.00}"),
                Text($"{row.CorePercent:0.0}"),
                Text($"{row.PacketsPerSecond:0}"),
                Text($"{row.LossPercent:0.00}"),
                Text(row.Video),
                Text(row.FrameLast),
                Text(row.Audio),
                Text($"{row.LateMostPercent:0.0}"),
                Text($"{row.StolenMostPercent:0}")
            );
        }

        table.Print(output);
        output.WriteLine(
            "CPU of the server's process, all threads. Latency from a packet's making to the kernel's stamp at the viewer."
        );
        output.WriteLine(
            "Late: the clients' own pauses above 5 ms. What leaves as one message is cut on the server's time, but where it is \"whole\"."
        );
    }

    private static void PrintJoins(IReadOnlyList<SummaryRow> rows, TextWriter output)
    {
        if (rows.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Joining and leaving beside those who stay. Pairs are p50/p99 in ms.");
        var table = new TextTable(
            "server",
            "media",
            "staying",
            "a second",
            "CPU ms each",
            "(range)",
            "per CPU s",
            "POST",
            "1st packet",
            "frame's last",
            "audio",
            "loss %"
        );
        foreach (var row in rows)
        {
            var joins = row.Joins!;
            table.Add(
                row.Name,
                Media(row),
                $"{row.Viewers}",
                Text($"{joins.PerSecond:0.#}"),
                Text($"{joins.CpuMilliseconds.Median:0.00}"),
                Text($"{joins.CpuMilliseconds.Least:0.0}-{joins.CpuMilliseconds.Most:0.0}"),
                Text($"{joins.PerCpuSecond:0}"),
                Text(joins.Post),
                Text(joins.FirstPacket),
                Text(joins.FrameLast),
                Text(joins.Audio),
                Text($"{joins.LossMostPercent:0.00}")
            );
        }

        table.Print(output);
    }

    private static void PrintMemory(IReadOnlyList<SummaryRow> rows, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Memory (PSS), and joins one after another: p50/p99 in ms.");
        var table = new TextTable(
            "server",
            "media",
            "streams",
            "viewers",
            "idle MB",
            "(RSS)",
            "KB/viewer",
            "KB/further",
            "KB/track",
            "POST",
            "1st packet",
            "key frame"
        );
        foreach (var row in rows)
        {
            table.Add(
                row.Name,
                Media(row),
                $"{row.Streams}",
                $"{row.Viewers}",
                Text($"{row.MemoryIdleMegabytes:0.0}"),
                Text($"{row.MemoryIdleResidentMegabytes:0.0}"),
                Known(row.MemoryPerViewerKilobytes),
                Known(row.MemoryPerFurtherViewerKilobytes),
                Known(row.MemoryPerTrackKilobytes),
                Text(row.Post),
                Text(row.FirstPacket),
                Text(row.FirstKeyFrame)
            );
        }

        table.Print(output);
    }

    private static string Media(SummaryRow row) =>
        row.Media switch
        {
            LoadMedia.Captured => "captured",
            LoadMedia.Plain => "plain",
            LoadMedia.Sound => "sound",
            _ => throw new UnreachableException(),
        };

    private static string Known(double figure) => figure == 0 ? Nothing : Text($"{figure:0}");

    private static string Text(Distribution latency) =>
        latency == Distribution.None
            ? Nothing
            : Text($"{latency.P50:0.0}/{latency.P99:0.0}/{latency.P999:0.0}");

    private static string Text(Quantiles pair) =>
        pair.P99 == 0 ? Nothing : Text($"{pair.P50:0.0}/{pair.P99:0.0}");

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
