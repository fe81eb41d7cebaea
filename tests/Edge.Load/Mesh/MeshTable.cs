using System.Globalization;

namespace Edge.Load.Mesh;

/// <summary>Prints the rows of a summary.</summary>
internal static class MeshTable
{
    private static readonly string[] Head =
    [
        "viewers",
        "link",
        "pkts/s",
        "joined",
        "arrived %",
        "home",
        "away",
        "send",
        "mesh",
        "receive",
        "mesh",
        "nats",
        "packet ms",
        "added",
        "frame ms",
        "added",
        "resent/s",
        "pause ms",
        "stolen %",
    ];

    private static readonly string[] Legend =
    [
        "CPU, us: home, send and nats a packet that was published; away and receive a packet that arrived.",
        "home, away: all of the publishers' and of the viewers' edge. send: home without what it is while nobody",
        "watches; for viewers at home that is forwarding. receive: away without its idle time and without",
        "forwarding. mesh: of either, threads of mesh and buses; that is measured, and holds where edges that wait",
        "for a core take more packets a turn, which is cheaper and makes the differences too small. A shard with",
        "nothing else to do sends itself: that is in send alone.",
        "nats: both servers without their idle time.",
        "Latency, p50/p99 in ms, from a packet's making to its arrival: of all packets, and of frames' last ones.",
        "added: against viewers at home. resent/s: TCP's segments of the publishers' PoP. pause ms: the longest",
        "of the clients; latencies of that size are theirs.",
    ];

    public static void Print(IReadOnlyList<MeshRow> rows, TextWriter output)
    {
        string[][] lines = [Head, .. rows.Select(Line)];
        var widths = Head.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            output.WriteLine(
                string.Join("  ", line.Select((text, column) => Pad(text, column, widths[column])))
                    .TrimEnd()
            );
        }

        foreach (var line in Legend)
        {
            output.WriteLine(line);
        }
    }

    private static string Pad(string text, int column, int width) =>
        column < 2 ? text.PadRight(width) : text.PadLeft(width);

    private static string[] Line(MeshRow row)
    {
        var isWatched = row.Place.Length > 0;
        var isAway = isWatched && row.Place is not MeshOptions.Home;
        var hasArrived = row.HasArrived;
        return
        [
            isWatched ? row.Place : "none",
            row.Conditions.Length > 0 ? row.Conditions : "plain",
            Text($"{row.PacketsPerSecond:0}"),
            If(isWatched, $"{row.Viewers:0}/{row.Streams}"),
            If(isWatched, $"{row.ArrivedPercent:0.00}"),
            Text($"{row.HomeMicroseconds:0.0}"),
            If(isAway && hasArrived, $"{row.PlaceMicroseconds:0.0}"),
            If(isWatched, $"{row.SendMicroseconds:0.0}"),
            If(isAway, $"{row.SendMeshMicroseconds:0.0}"),
            If(isAway && hasArrived, $"{row.ReceiveMicroseconds:0.0}"),
            If(isAway && hasArrived, $"{row.ReceiveMeshMicroseconds:0.0}"),
            If(isAway, $"{row.BusMicroseconds:0.0}"),
            If(hasArrived, $"{row.Video.P50:0.0}/{row.Video.P99:0.0}"),
            If(isAway && hasArrived, $"{row.Added.P50:0.0}/{row.Added.P99:0.0}"),
            If(hasArrived, $"{row.FrameLast.P50:0.0}/{row.FrameLast.P99:0.0}"),
            If(isAway && hasArrived, $"{row.FrameAdded.P50:0.0}/{row.FrameAdded.P99:0.0}"),
            If(isAway, $"{row.SentAgainPerSecond:0}"),
            Text($"{row.PauseMostMilliseconds:0.0}"),
            Text($"{row.StolenMostPercent:0}"),
        ];

        static string If(bool condition, FormattableString text) => condition ? Text(text) : "";
    }

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
