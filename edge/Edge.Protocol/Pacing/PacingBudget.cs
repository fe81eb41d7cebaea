using Edge.Primitives;

namespace Edge.Protocol.Pacing;

/// <summary>How much may leave now: a debt of bytes that time pays off at a rate.</summary>
/// <remarks>
/// A burst passes at once until the debt is <see cref="Burst"/> long, so that the packets of an ordinary
/// picture leave together; what is longer (a key frame) leaves in portions, each as long as
/// <see cref="Burst"/> less <see cref="Reopen"/>, and not a packet at a time, because each wake costs.
/// Source: the idea of libwebrtc's pacer with bursts; the numbers are ours.
/// </remarks>
public struct PacingBudget
{
    /// <summary>The longest debt, in time at the rate. Chosen: a picture of 30 a second that uses all of a
    /// path, at a pace a little faster than the path; shorter than the queue that viewers are promised.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(30);

    /// <summary>The debt at which the next portion leaves. Chosen: five milliseconds' worth in a portion, as
    /// common pacers.</summary>
    public static readonly TimeSpan Reopen = TimeSpan.FromMilliseconds(25);

    private double _debtBytes;
    private double _bytesPerTick;
    private Instant _at;
    private bool _isClosed;

    /// <summary>Changes the rate; the debt stays as it is in bytes.</summary>
    [HotPath]
    public void SetRate(Bitrate rate, Instant now)
    {
        Pay(now);
        _bytesPerTick = rate.BitsPerSecond / 8.0 / TimeSpan.TicksPerSecond;
    }

    /// <summary>Whether something may leave now.</summary>
    [HotPath]
    public bool IsOpen(Instant now)
    {
        Pay(now);
        var limit = (_isClosed ? Reopen : Burst).Ticks * _bytesPerTick;
        _isClosed = _debtBytes > limit;
        return !_isClosed;
    }

    /// <summary>Something leaves.</summary>
    [HotPath]
    public void Spend(int bytes, Instant now)
    {
        Pay(now);
        _debtBytes += bytes;
    }

    /// <summary>When it is open again.</summary>
    [HotPath]
    public readonly Instant OpensAt()
    {
        if (_bytesPerTick <= 0)
        {
            return Instant.Never;
        }

        var ticks = _debtBytes / _bytesPerTick - (_isClosed ? Reopen : Burst).Ticks;
        // Rounded up: at that moment it is open.
        return _at + new TimeSpan((long)Math.Clamp(ticks, 0, TimeSpan.TicksPerMinute) + 1);
    }

    private void Pay(Instant now)
    {
        if (now > _at)
        {
            _debtBytes = Math.Max(0, _debtBytes - (now - _at).Ticks * _bytesPerTick);
            _at = now;
        }
    }
}
