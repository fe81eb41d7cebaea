using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>Decides from the trend whether a queue grows, with a threshold that follows what the path does
/// by itself.</summary>
/// <remarks>
/// The threshold rises with trends beyond it (a competing TCP would starve us otherwise) and falls again, more
/// than four times as fast, while they are below. The draft's falls far more slowly than it rises; the numbers
/// here are those of libwebrtc and str0m. Source: draft-ietf-rmcat-gcc-02 §5.4; protocols.md §3.7.
/// </remarks>
internal sealed partial class OveruseDetector
{
    private const double ThresholdStart = 12.5;
    private const double ThresholdMin = 6;
    private const double ThresholdMax = 600;
    private const double Gain = 4.0;
    private const int GroupsMax = 60;
    private const double AdaptUp = 0.0087;
    private const double AdaptDown = 0.039;

    /// <summary>Trends further beyond the threshold are jumps of the path, which it does not follow.</summary>
    private const double AdaptDistanceMax = 15;
    private const double AdaptMsMax = 100;
    private const double OverusingMsMin = 10;

    private TimeSpan _adaptedAt;
    private double _overusingMs = -1;
    private int _overusingCount;
    private double _lastSlope;
    private bool _hasAdapted;

    /// <summary>The present threshold of the modified trend.</summary>
    public double Threshold { get; private set; } = ThresholdStart;

    /// <summary>What was decided last.</summary>
    public NetworkUsage Usage { get; private set; }

    /// <summary>Decides anew after a group.</summary>
    /// <param name="trend">The line through the last groups.</param>
    /// <param name="delta">The group.</param>
    [HotPath]
    public NetworkUsage Detect(TrendlineEstimator trend, in GroupDelta delta)
    {
        if (trend.GroupCount < 2)
        {
            return Usage = NetworkUsage.Normal;
        }

        var modified = Math.Min(trend.GroupCount, GroupsMax) * trend.Slope * Gain;
        if (modified > Threshold)
        {
            CountOveruse(trend.Slope, delta.Send.TotalMilliseconds);
        }
        else
        {
            _overusingMs = -1;
            _overusingCount = 0;
            Usage = modified < -Threshold ? NetworkUsage.Underusing : NetworkUsage.Normal;
        }

        _lastSlope = trend.Slope;
        Adapt(modified, delta.Arrival);
        return Usage;
    }

    /// <summary>Forgets a decision; the threshold stays what the path taught.</summary>
    public void Reset()
    {
        _overusingMs = -1;
        _overusingCount = 0;
        _lastSlope = 0;
        Usage = NetworkUsage.Normal;
    }

    /// <summary>Overuse has to last, show twice, and not be ending already.</summary>
    private void CountOveruse(double slope, double sendMs)
    {
        // Of the first one it is not known since when: half the time since the group before.
        _overusingMs = _overusingMs < 0 ? sendMs / 2 : _overusingMs + sendMs;
        _overusingCount++;
        if (_overusingMs > OverusingMsMin && _overusingCount > 1 && slope >= _lastSlope)
        {
            _overusingMs = 0;
            _overusingCount = 0;
            Usage = NetworkUsage.Overusing;
        }
    }

    private void Adapt(double modified, TimeSpan arrival)
    {
        var elapsedMs = _hasAdapted ? (arrival - _adaptedAt).TotalMilliseconds : 0;
        _hasAdapted = true;
        _adaptedAt = arrival;
        var distance = Math.Abs(modified) - Threshold;
        if (distance > AdaptDistanceMax)
        {
            return;
        }

        var speed = distance < 0 ? AdaptDown : AdaptUp;
        var step = speed * distance * Math.Clamp(elapsedMs, 0, AdaptMsMax);
        Threshold = Math.Clamp(Threshold + step, ThresholdMin, ThresholdMax);
    }
}
