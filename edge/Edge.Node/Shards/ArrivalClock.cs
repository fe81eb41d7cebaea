using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>Puts the kernel's receive stamps, which are wall time, on the node's timeline.</summary>
/// <remarks>
/// The difference of the two clocks is measured anew from time to time. A stamp that is missing, in the
/// future or older than <see cref="AgeMax"/> (wall time was set) gives way to the time of the batch. Times
/// of one socket never run backwards. Threads: one owner.
/// </remarks>
internal sealed class ArrivalClock
{
    /// <summary>Time between two measurements. Chosen: wall time is slewed by at most 500 millionths,
    /// 50 us in this time, a fifth of what transport-wide feedback can tell.</summary>
    public static readonly TimeSpan AnchorAge = TimeSpan.FromMilliseconds(100);

    /// <summary>Age from which a stamp is not believed. Chosen: no socket's buffer holds a second of
    /// media.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(1);

    private TimeSpan _wallAtZero;
    private Instant _anchorAt = Instant.Zero;
    private Instant _last = Instant.Zero;

    /// <summary>Whether the clocks have to be compared before stamps of now are read.</summary>
    [HotPath]
    public bool IsDue(Instant now) => now >= _anchorAt;

    /// <summary>Takes the wall time, since 1970 UTC, of the node's zero.</summary>
    [HotPath]
    public void Anchor(TimeSpan wallAtZero, Instant now)
    {
        _wallAtZero = wallAtZero;
        _anchorAt = now + AnchorAge;
    }

    /// <summary>When a datagram came. Call in the order in which they were received.</summary>
    /// <param name="stamp">The kernel's stamp; zero for none.</param>
    /// <param name="now">When the batch was fetched.</param>
    [HotPath]
    public Instant Read(TimeSpan stamp, Instant now)
    {
        var at = new Instant((stamp - _wallAtZero).Ticks);
        if (stamp == TimeSpan.Zero || at > now || now - at > AgeMax)
        {
            at = now;
        }

        _last = Instant.Max(_last, at);
        return _last;
    }
}
