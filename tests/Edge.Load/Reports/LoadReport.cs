using System.Globalization;

namespace Edge.Load.Reports;

/// <summary>What one run measured.</summary>
internal sealed record LoadReport
{
    public required string Name { get; init; }
    public required int Viewers { get; init; }
    public required double Seconds { get; init; }

    /// <summary>Packets of media that reached viewers.</summary>
    public required long Packets { get; init; }
    public required double PacketsPerSecond { get; init; }

    /// <summary>Bytes of UDP payload: a video packet's, since all have one size.</summary>
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
    public required Quantiles Video { get; init; }
    public required Quantiles FrameLast { get; init; }
    public required Quantiles Audio { get; init; }
    public required Quantiles Post { get; init; }
    public required Quantiles FirstPacket { get; init; }
    public required Quantiles FirstKeyFrame { get; init; }

    /// <summary>The longest pause of the clients themselves: latencies above it are the server's.</summary>
    public required double LongestTurnMilliseconds { get; init; }

    /// <summary>Share of the window in which the clients were at work: near 100, they are what is measured.</summary>
    public double BusyPercent { get; init; }

    /// <summary>Share of the window that passed in long turns of the clients: as many of the latencies are theirs.</summary>
    public double LatePercent { get; init; }
    public long MemoryIdleKilobytes { get; init; }

    /// <summary>When half of the viewers had joined, the publisher's caches were full and what joins need
    /// for a moment was given back.</summary>
    public long MemoryHalfKilobytes { get; init; }
    public long MemoryKilobytes { get; init; }

    public double MemoryPerViewerKilobytes =>
        (MemoryKilobytes - MemoryIdleKilobytes) / (double)Math.Max(1, Viewers);

    /// <summary>What one more viewer costs, without the publisher: 0 when there are too few to tell.</summary>
    public double MemoryPerFurtherViewerKilobytes =>
        MemoryHalfKilobytes == 0
            ? 0
            : (MemoryKilobytes - MemoryHalfKilobytes) / (double)(Viewers - Half(Viewers));

    /// <summary>After how many viewers the memory is read in between.</summary>
    public static int Half(int viewers) => viewers >= 2 ? viewers / 2 : -1;

    /// <summary>Prints one line a figure.</summary>
    public void Print(TextWriter output)
    {
        Line("server", $"{Name}, {Viewers} viewers, {Seconds:0.0} s");
        Line("packets", $"{PacketsPerSecond:0} /s, video packets of {LongestDatagram} bytes");
        Line("loss", $"{LossPercent:0.000} %, {Recovered} recovered");
        Line("CPU per packet", $"{CpuMicroseconds:0.00} us; {CorePercent:0.0} % of a core");
        Line("stolen by the host", $"{StolenPercent:0.0} %");
        Line("  of it", $"user {UserMicroseconds:0.0}, system {SystemMicroseconds:0.0} us");
        Line("latency ms p50/p99", $"video {Text(Video)}, frame's last packet {Text(FrameLast)}");
        Line("", $"audio {Text(Audio)}; longest turn of the clients {LongestTurnMilliseconds:0.0}");
        Line("the clients", $"busy {BusyPercent:0.0} %, late {LatePercent:0.00} % of the time");
        Line("join ms p50/p99", $"POST {Text(Post)}, first packet {Text(FirstPacket)}");
        Line("", $"complete key frame {Text(FirstKeyFrame)}");
        Line("memory", $"{MemoryIdleKilobytes / 1024.0:0.0} MB idle");
        Line("", $"{MemoryPerViewerKilobytes:0} KB a viewer with the publisher's caches");
        Line("", $"{MemoryPerFurtherViewerKilobytes:0} KB a viewer of the second half");

        void Line(string what, FormattableString value) =>
            output.WriteLine($"{what, -20} {value.ToString(CultureInfo.InvariantCulture)}");
    }

    private static string Text(Quantiles quantiles) =>
        string.Create(CultureInfo.InvariantCulture, $"{quantiles.P50:0.00}/{quantiles.P99:0.00}");
}
