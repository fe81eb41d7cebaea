namespace Edge.Load.Reports;

/// <summary>The server's memory in KB over a run: its proportional share (PSS, /proc/PID/smaps_rollup), but for
/// <see cref="IdleResident"/>.</summary>
internal sealed record MemoryFigures
{
    public int Viewers { get; init; }

    /// <summary>Tracks that were published after all else.</summary>
    public int FurtherTracks { get; init; }

    /// <summary>Resident memory (VmRSS) before anybody came.</summary>
    public long IdleResident { get; init; }

    /// <summary>Before anybody came.</summary>
    public long Idle { get; init; }

    /// <summary>With the publisher.</summary>
    public long Published { get; init; }

    /// <summary>When half of the viewers had joined; 0 where there are too few.</summary>
    public long Middle { get; init; }

    /// <summary>With all viewers, before the window.</summary>
    public long Full { get; init; }

    /// <summary>Before and with the further tracks.</summary>
    public long BeforeTracks { get; init; }
    public long WithTracks { get; init; }

    /// <summary>Beyond the publisher, which takes some for itself and fills its caches while they join.</summary>
    public double PerViewer => Viewers == 0 ? 0 : (Full - Published) / (double)Viewers;

    /// <summary>What one more viewer costs: of the second half, which joined when the caches were full.</summary>
    public double PerFurtherViewer =>
        Middle == 0 ? 0 : (Full - Middle) / (double)(Viewers - Half(Viewers));

    /// <summary>Of a publisher and his session, sound and pictures alike.</summary>
    public double PerTrack =>
        FurtherTracks == 0 ? 0 : (WithTracks - BeforeTracks) / (double)FurtherTracks;

    /// <summary>After how many viewers the memory is read in between.</summary>
    public static int Half(int viewers) => viewers >= 2 ? viewers / 2 : -1;
}
