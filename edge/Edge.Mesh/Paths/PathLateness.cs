using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>Whether all that comes over a path is late, and how much comes while it is.</summary>
/// <remarks>
/// What one lost segment holds back is no queue: something comes in time before and after it, and the quickest of each
/// look counts. Threads: one owner.
/// </remarks>
internal sealed class PathLateness
{
    /// <summary>How much later than the way takes. Chosen: well before <see cref="MeshTimes.MediaAge"/>, and beyond what
    /// a repeated segment costs on most ways.</summary>
    internal static readonly TimeSpan LateBy = TimeSpan.FromMilliseconds(200);

    /// <summary>Looks in a row at which something came and all of it was late.</summary>
    private const int LateSamples = 3;

    /// <summary>For how long the quickest stands for the way. Chosen: beyond any queue that is let stand.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    /// <summary>How long the way itself takes, by the clocks of two nodes.</summary>
    private WindowedLeast _way = new(Window);
    private int _samples;
    private double _bytes;
    private double _looks;

    /// <summary>Whether what came last was late.</summary>
    public bool IsLate => _samples > 0;

    /// <summary>Whether that has lasted so long that it is the path's fault.</summary>
    public bool IsTooLate => _samples >= LateSamples;

    /// <summary>What came while all was late: all that the path carries.</summary>
    public Bitrate Carried => Bitrate.FromBytes((long)_bytes, PathBudget.Interval * _looks);

    /// <summary>Takes what came in a look; returns how late it is.</summary>
    public TimeSpan Note(in PathSample sample, Instant now)
    {
        if (sample.IsEmpty)
        {
            _looks += IsLate ? 1 : 0;
            return TimeSpan.Zero;
        }

        var lateness = sample.Transit - _way.Note(sample.Transit, now);
        if (lateness < LateBy)
        {
            Forget();
            return lateness;
        }

        if (_looks >= PathBudget.AverageSamples)
        {
            _bytes /= 2;
            _looks /= 2;
        }

        // The first of them ends a time that is not counted.
        _bytes += IsLate ? sample.Bytes : 0;
        _looks += IsLate ? 1 : 0;
        _samples = Math.Min(_samples + 1, LateSamples);
        return lateness;
    }

    /// <summary>Begins anew; how long the way takes stays known.</summary>
    public void Forget()
    {
        _samples = 0;
        _bytes = 0;
        _looks = 0;
    }

    /// <summary>The way itself takes so long from now on.</summary>
    public void Restart(TimeSpan way) => _way.Restart(way);
}
