using Edge.Primitives;

namespace Edge.Protocol.Congestion;

/// <summary>When a client is told how much of its media can be used at all (REMB), whatever its network carries.</summary>
/// <remarks>
/// Said at each change that matters, and again each second, because a message may be lost; the end of a limit is said
/// <see cref="LiftsMax"/> times. libwebrtc takes the last REMB for an upper bound of its own estimate for as long as
/// none else comes, also where feedback is transport-wide. Source: draft-alvestrand-rmcat-remb-03.
/// </remarks>
public sealed partial class ReceiveLimit
{
    /// <summary>Time between two of the same. Chosen: as <see cref="RembReceiver.Interval"/>.</summary>
    public static readonly TimeSpan Interval = RembReceiver.Interval;

    /// <summary>How often the end is said. Chosen: at a tenth lost, one in 100 000 is not heard.</summary>
    public const int LiftsMax = 5;

    /// <summary>A change that does not wait for the next second. Chosen: encoders vary by more.</summary>
    private const double Change = 0.02;

    private Bitrate _said = Bitrate.Unlimited;
    private Instant _dueAt = Instant.Never;
    private int _liftsLeft;

    /// <summary>The limit; <see cref="Bitrate.Unlimited"/> for none.</summary>
    public Bitrate Value { get; private set; } = Bitrate.Unlimited;

    /// <summary>Sets the limit.</summary>
    [HotPath]
    public void Set(Bitrate limit, Instant now)
    {
        if (limit == Value)
        {
            return;
        }

        var isEnd = limit == Bitrate.Unlimited;
        _liftsLeft = isEnd ? LiftsMax : 0;
        Value = limit;
        if (isEnd || _said == Bitrate.Unlimited || IsAnother(limit))
        {
            _dueAt = now;
        }
    }

    /// <summary>Takes what is to be said now; false when nothing is.</summary>
    [HotPath]
    public bool TryTake(out Bitrate said, Instant now)
    {
        said = Bitrate.Min(Value, RembReceiver.Most);
        if (now < _dueAt)
        {
            return false;
        }

        _said = Value;
        _liftsLeft--;
        var isOver = Value == Bitrate.Unlimited && _liftsLeft <= 0;
        _dueAt = isOver ? Instant.Never : now + Interval;
        return true;
    }

    /// <summary>When there is something to say.</summary>
    [HotPath]
    public Instant PollTimeout() => _dueAt;

    private bool IsAnother(Bitrate limit) =>
        Math.Abs(limit.BitsPerSecond - _said.BitsPerSecond) > _said.BitsPerSecond * Change;
}
