using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>How many checks may still be passed on of which nobody here can say whether they are forged.</summary>
/// <remarks>Shape: so many each second, counted anew when a second is over. Threads: one.</remarks>
/// <param name="perSecond">How many.</param>
internal sealed class CheckAllowance(int perSecond)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private Instant _beganAt = Instant.Never;
    private int _used;

    /// <summary>Takes one; false when they are used up.</summary>
    [HotPath]
    public bool TryTake(Instant now)
    {
        if (!_beganAt.IsSet || now - _beganAt >= Second)
        {
            (_beganAt, _used) = (now, 0);
        }

        return _used++ < perSecond;
    }
}
