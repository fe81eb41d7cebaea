using Edge.Primitives;

namespace Edge.Load;

/// <summary>Puts the kernel's stamps of datagrams, which are wall time, on the run's timeline. Threads: one.</summary>
/// <param name="measure">The wall time, since 1970, of the timeline's zero.</param>
internal sealed class StampReader(Func<TimeSpan> measure)
{
    /// <summary>After which it is measured again. Chosen: wall time is slewed by at most 500 millionths, 50 us in this
    /// time.</summary>
    public static readonly TimeSpan AnchorAge = TimeSpan.FromMilliseconds(100);

    /// <summary>Age from which a stamp is not believed: wall time was set.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(5);

    private TimeSpan _wallAtZero;
    private Instant _measureAt = Instant.Zero;

    /// <summary>When a datagram came to the machine: how late the clients look at it counts for nothing.</summary>
    /// <param name="stamp">Wall time since 1970; zero for none.</param>
    /// <param name="now">When it was fetched.</param>
    public Instant Read(TimeSpan stamp, Instant now)
    {
        if (now >= _measureAt)
        {
            _wallAtZero = measure();
            _measureAt = now + AnchorAge;
        }

        var at = new Instant((stamp - _wallAtZero).Ticks);
        return stamp == TimeSpan.Zero || at > now || now - at > AgeMax ? now : at;
    }
}
