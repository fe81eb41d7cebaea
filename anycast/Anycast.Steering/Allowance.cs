using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>How much may still be done in this second.</summary>
/// <remarks>Shape: so much each second, counted anew when a second is over. Threads: one.</remarks>
/// <param name="perSecond">How much.</param>
internal sealed class Allowance(int perSecond)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private Instant _beganAt = Instant.Never;
    private int _used;

    /// <summary>Takes some; false when they are used up.</summary>
    [HotPath]
    public bool TryTake(int amount, Instant now)
    {
        if (!_beganAt.IsSet || now - _beganAt >= Second)
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
