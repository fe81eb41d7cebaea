namespace Edge.Load.Reports;

/// <summary>Medians of one server with one number of viewers.</summary>
internal sealed record SummaryRow
{
    public required string Name { get; init; }
    public required int Viewers { get; init; }
    public required int Runs { get; init; }

    /// <summary>The server's CPU time per packet that reached a viewer.</summary>
    public required double CpuMicroseconds { get; init; }
    public required double CpuLeast { get; init; }
    public required double CpuMost { get; init; }

    /// <summary>This server's CPU time per packet over the first one's.</summary>
    public double Ratio { get; init; }

    /// <summary>The most that the host stole in a run, in percent: above a few, believe no figure.</summary>
    public required double StolenMostPercent { get; init; }
    public required double PacketsPerSecond { get; init; }
    public required double LossPercent { get; init; }
    public required Quantiles Video { get; init; }
    public required Quantiles FrameLast { get; init; }
    public required Quantiles Audio { get; init; }
    public required Quantiles Post { get; init; }
    public required Quantiles FirstPacket { get; init; }
    public required Quantiles FirstKeyFrame { get; init; }
    public required double MemoryIdleMegabytes { get; init; }
    public required double MemoryPerViewerKilobytes { get; init; }
}
