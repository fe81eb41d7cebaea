using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <summary>Whether so little is sent that the estimate is not tested ("application-limited region").</summary>
/// <remarks>
/// A budget fills at 65 % of the estimate and is spent by what is sent; nearly full is idle, below half is
/// not. Shape: the budget holds half a second, and as much of debt. Source: libwebrtc's ALR detector.
/// </remarks>
internal sealed partial class AlrDetector
{
    private const double UsageOfEstimate = 0.65;
    private const double StartLevel = 0.8;
    private const double StopLevel = 0.5;
    private static readonly TimeSpan Depth = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RecentlyMax = TimeSpan.FromSeconds(3);

    private double _budgetBytes;
    private Instant _updatedAt = Instant.Never;
    private Instant _endedAt = Instant.Never;
    private double _fullBytes = 1;
    private double _bytesPerTick;

    /// <summary>Whether it is so now.</summary>
    public bool IsIdle { get; private set; }

    /// <summary>Whether it is so, or was a moment ago.</summary>
    public bool WasIdleLately(Instant now) =>
        IsIdle || (_endedAt.IsSet && now - _endedAt < RecentlyMax);

    /// <summary>The estimate changed.</summary>
    [HotPath]
    public void SetEstimate(Bitrate estimate)
    {
        _bytesPerTick = estimate.BitsPerSecond * UsageOfEstimate / 8 / TimeSpan.TicksPerSecond;
        _fullBytes = Math.Max(1, _bytesPerTick * Depth.Ticks);
    }

    /// <summary>A packet leaves; true when idleness ended by it.</summary>
    [HotPath]
    public bool HandleSent(int bytes, Instant now)
    {
        var filled = _updatedAt.IsSet ? _bytesPerTick * (now - _updatedAt).Ticks : 0;
        _updatedAt = now;
        _budgetBytes = Math.Clamp(_budgetBytes + filled - bytes, -_fullBytes, _fullBytes);
        if (IsIdle && _budgetBytes < StopLevel * _fullBytes)
        {
            IsIdle = false;
            _endedAt = now;
            return true;
        }

        IsIdle |= _budgetBytes > StartLevel * _fullBytes;
        return false;
    }
}
