using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>How much was done in this second.</summary>
/// <remarks>Shape: so much each second, counted anew when a second is over; nothing is used of a new one. Threads: one.
/// </remarks>
internal struct Allowance
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private Instant _beganAt;
    private int _used;

    /// <summary>Takes some; false when it is more than is left.</summary>
    /// <param name="amount">How much.</param>
    /// <param name="perSecond">How much a second has.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool TryTake(int amount, int perSecond, Instant now)
    {
        if (now - _beganAt >= Second)
        {
            (_beganAt, _used) = (now, 0);
        }

        if (amount > perSecond - _used)
        {
            return false;
        }

        _used += amount;
        return true;
    }
}
