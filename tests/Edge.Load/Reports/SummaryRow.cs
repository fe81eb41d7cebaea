namespace Edge.Load.Reports;

/// <summary>Medians of one server with one kind of media and one number of streams and viewers.</summary>
internal sealed record SummaryRow
{
    public required string Name { get; init; }
    public required LoadMedia Media { get; init; }
    public int Streams { get; init; } = 1;
    public required int Viewers { get; init; }

    /// <summary>The server's version, as far as it is known.</summary>
    public string? Version { get; init; }
    public required int Runs { get; init; }

    /// <summary>The server's CPU time per packet that reached a viewer.</summary>
    public required double CpuMicroseconds { get; init; }
    public required double CpuLeast { get; init; }
    public required double CpuMost { get; init; }
    public required double CorePercent { get; init; }

    /// <summary>This server's CPU time per packet over the first one's.</summary>
    public double Ratio { get; init; }

    /// <summary>The most that the host stole in a run, in percent: above a few, believe no figure.</summary>
    public required double StolenMostPercent { get; init; }

    /// <summary>The most of a run's time in which the clients were late: latencies of that time may be theirs.</summary>
    public required double LateMostPercent { get; init; }

    /// <summary>The most of a run's time in which the clients were at work.</summary>
    public required double BusyMostPercent { get; init; }
    public required double PacketsPerSecond { get; init; }
    public required double LossPercent { get; init; }

    /// <summary>The most lost in a run.</summary>
    public required double LossMostPercent { get; init; }
    public required Distribution Video { get; init; }
    public required Distribution FrameLast { get; init; }
    public required Distribution Audio { get; init; }

    /// <summary>How far runs are apart.</summary>
    public required Spread FrameLastP50 { get; init; }
    public required Spread FrameLastP99 { get; init; }
    public required Spread AudioP99 { get; init; }
    public required Quantiles Post { get; init; }
    public required Quantiles FirstPacket { get; init; }
    public required Quantiles FirstKeyFrame { get; init; }

    /// <summary>Viewers that come and leave; null where there were none.</summary>
    public JoinsRow? Joins { get; init; }
    public required double MemoryIdleMegabytes { get; init; }
    public required double MemoryIdleResidentMegabytes { get; init; }
    public required double MemoryPerViewerKilobytes { get; init; }
    public required double MemoryPerFurtherViewerKilobytes { get; init; }

    /// <summary>0 where no further tracks were published.</summary>
    public required double MemoryPerTrackKilobytes { get; init; }
}
