using System.Globalization;

namespace Edge.Load.Reports;

/// <summary>What one run measured.</summary>
internal sealed record LoadReport
{
    public required string Name { get; init; }

    /// <summary>The server's version, as far as it is known.</summary>
    public string? Version { get; init; }

    public LoadMedia Media { get; init; }

    /// <summary>Publishers whom viewers watch, each one of them.</summary>
    public int Streams { get; init; } = 1;
    public required int Viewers { get; init; }

    /// <summary>Of so many of them, spread evenly, latencies are counted; of the others only headers are read.</summary>
    public int Decrypting { get; init; }

    /// <summary>Packets whose latency was counted.</summary>
    public long Timed { get; init; }
    public required double Seconds { get; init; }

    /// <summary>Packets that publishers sent.</summary>
    public long Sent { get; init; }

    /// <summary>Packets of media that reached viewers.</summary>
    public required long Packets { get; init; }
    public required double PacketsPerSecond { get; init; }

    /// <summary>Bytes of UDP payload of the longest.</summary>
    public required int LongestDatagram { get; init; }
    public required double LossPercent { get; init; }

    /// <summary>Packets that reached viewers by retransmission only.</summary>
    public required long Recovered { get; init; }

    /// <summary>The server's CPU time per packet that reached a viewer; user and system are coarse.</summary>
    public required double CpuMicroseconds { get; init; }
    public required double UserMicroseconds { get; init; }
    public required double SystemMicroseconds { get; init; }
    public required double CorePercent { get; init; }

    /// <summary>Share of the machine's time that its host gave to others.</summary>
    public double StolenPercent { get; init; }
    public required Distribution Video { get; init; }
    public required Distribution FrameLast { get; init; }
    public required Distribution Audio { get; init; }
    public required Quantiles Post { get; init; }
    public required Quantiles FirstPacket { get; init; }
    public required Quantiles FirstKeyFrame { get; init; }

    /// <summary>The longest pause of the clients themselves: latencies above it are the server's.</summary>
    public required double LongestTurnMilliseconds { get; init; }

    /// <summary>Share of the window in which the clients were at work: near 100, they are what is measured.</summary>
    public double BusyPercent { get; init; }

    /// <summary>Share of the window that passed in long turns of the clients: as many of the latencies are theirs.</summary>
    public double LatePercent { get; init; }

    /// <summary>What the server took of the machine's memory.</summary>
    public MemoryFigures Memory { get; init; } = new();

    /// <summary>What joins beside all that cost; null where nobody came and left.</summary>
    public JoinFigures? Joins { get; init; }

    /// <summary>Prints one line a figure.</summary>
    public void Print(TextWriter output)
    {
        Line(
            "server",
            $"{Name} {Version}, {Streams} streams, {Viewers} viewers, {Media} media, {Seconds:0.0} s"
        );
        Line("packets", $"{PacketsPerSecond:0} /s, at most {LongestDatagram} bytes");
        Line("loss", $"{LossPercent:0.000} %, {Recovered} recovered");
        Line("CPU per packet", $"{CpuMicroseconds:0.00} us; {CorePercent:0.0} % of a core");
        Line("  of it", $"user {UserMicroseconds:0.0}, system {SystemMicroseconds:0.0} us");
        Line("stolen by the host", $"{StolenPercent:0.0} %");
        Line("latency ms", $"p50/p99/p99.9, of {Decrypting} viewers");
        Line("  each of video", $"{Text(Video)}");
        Line("  frame's last", $"{Text(FrameLast)}");
        Line("  audio", $"{Text(Audio)}");
        Line("the clients", $"busy {BusyPercent:0.0} %, late {LatePercent:0.00} % of the time");
        Line("", $"longest turn {LongestTurnMilliseconds:0.0} ms");
        Line("join ms p50/p99", $"POST {Text(Post)}, first packet {Text(FirstPacket)}");
        Line("", $"complete key frame {Text(FirstKeyFrame)}");
        PrintJoins(Line);
        Line(
            "memory",
            $"{Memory.Idle / 1024.0:0.0} MB idle (PSS), {Memory.IdleResident / 1024.0:0.0} (RSS)"
        );
        Line(
            "",
            $"{Memory.PerViewer:0} KB a viewer, {Memory.PerFurtherViewer:0} of the second half"
        );
        Line("", $"{Memory.PerTrack:0} KB a track");

        void Line(string what, FormattableString value) =>
            output.WriteLine($"{what, -20} {value.ToString(CultureInfo.InvariantCulture)}");
    }

    private void PrintJoins(Action<string, FormattableString> line)
    {
        if (Joins is not { } joins)
        {
            return;
        }

        line("joins and leaves", $"{joins.Joined} at {joins.PerSecond:0.#} /s {joins.Problem}");
        line(
            "  server's CPU",
            $"{joins.CpuMilliseconds:0.00} ms each, {joins.PerCpuSecond:0} a second of it"
        );
        line("  ms p50/p99", $"POST {Text(joins.Post)}, first packet {Text(joins.FirstPacket)}");
        line("  who stayed", $"frame's last {Text(joins.FrameLast)}, audio {Text(joins.Audio)}");
        line("", $"loss {joins.LossPercent:0.000} %");
    }

    private static string Text(Distribution latency) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{latency.P50:0.00}/{latency.P99:0.00}/{latency.P999:0.00}"
        );

    private static string Text(Quantiles quantiles) =>
        string.Create(CultureInfo.InvariantCulture, $"{quantiles.P50:0.00}/{quantiles.P99:0.00}");
}
