using System.Diagnostics;
using Edge.Primitives;

namespace Edge.Load;

/// <summary>The run's one timeline. Threads: any, but <see cref="Read"/> is the driver's.</summary>
internal sealed class LoadClock
{
    /// <summary>After which wall time is compared again. Chosen: it is slewed by at most 500 millionths, 50 us in this
    /// time.</summary>
    private static readonly TimeSpan AnchorAge = TimeSpan.FromMilliseconds(100);

    /// <summary>Age from which a stamp is not believed: wall time was set.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);

    private readonly long _origin = Stopwatch.GetTimestamp();
    private TimeSpan _wallAtZero;
    private Instant _anchorAt = Instant.Zero;

    public Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);

    /// <summary>When the kernel stamped a datagram: how late the clients look at it counts for nothing.</summary>
    /// <param name="stamp">Wall time since 1970; zero for none.</param>
    /// <param name="now">When it was fetched.</param>
    public Instant Read(TimeSpan stamp, Instant now)
    {
        if (now >= _anchorAt)
        {
            _wallAtZero = DateTime.UtcNow - DateTime.UnixEpoch - new TimeSpan(Now.Ticks);
            _anchorAt = now + AnchorAge;
        }

        var at = new Instant((stamp - _wallAtZero).Ticks);
        return stamp == TimeSpan.Zero || at > now || now - at > AgeMax ? now : at;
    }
}
