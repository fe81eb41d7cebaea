using Edge.Mesh.Paths;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Paths;

/// <summary>What comes over a path, in virtual time, and what becomes of its budget.</summary>
internal sealed class PathLab
{
    /// <summary>What the clocks of the two nodes are apart.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromHours(-1);

    private Instant _now = Instant.Zero;

    public PathBudget Budget { get; } = new();

    /// <summary>Whether something is wanted and not asked for.</summary>
    public bool IsShort { get; set; }

    public TimeSpan Elapsed => _now - Instant.Zero;

    /// <summary>So much comes for a while, so late.</summary>
    /// <returns>How often the budget changed.</returns>
    public int Run(double seconds, long bitsPerSecond, double lateMs = 0, bool isReplay = false)
    {
        var changes = 0;
        var bytes = new Bitrate(bitsPerSecond).BytesIn(PathBudget.Interval);
        for (var end = Elapsed + TimeSpan.FromSeconds(seconds); Elapsed < end; )
        {
            var transit = Apart + TimeSpan.FromMilliseconds(80 + lateMs);
            changes += Look(new PathSample(bytes, transit, isReplay)) ? 1 : 0;
        }

        return changes;
    }

    /// <summary>Nothing comes for a while.</summary>
    public void RunSilent(double seconds)
    {
        for (var end = Elapsed + TimeSpan.FromSeconds(seconds); Elapsed < end; )
        {
            Look(new PathSample(0, TimeSpan.MaxValue));
        }
    }

    private bool Look(in PathSample sample)
    {
        _now += PathBudget.Interval;
        return Budget.HandleSample(sample, IsShort, _now);
    }
}
