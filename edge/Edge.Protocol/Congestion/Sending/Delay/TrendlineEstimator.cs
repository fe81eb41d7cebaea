using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>Whether delays grow: the slope of a line through the smoothed delays of the last groups.</summary>
/// <remarks>
/// Shape: the slope is in milliseconds of delay a millisecond, so 0 is a steady queue and 1 one that
/// takes all that comes. It is 0 until <see cref="WindowGroups"/> groups are there.
/// Source: protocols.md §3.7 (the trendline of libwebrtc and str0m; draft-ietf-rmcat-gcc-02 §5.3 has a Kalman
/// filter in its place).
/// </remarks>
internal sealed partial class TrendlineEstimator
{
    /// <summary>As libwebrtc.</summary>
    public const int WindowGroups = 20;

    /// <summary>As libwebrtc.</summary>
    private const double Smoothing = 0.9;

    /// <summary>As libwebrtc: a detector's gain stops growing long before.</summary>
    private const int CountMax = 1000;

    private readonly Point[] _points = new Point[WindowGroups];
    private TimeSpan _firstArrival;
    private double _accumulatedMs;
    private double _smoothedMs;

    /// <summary>Groups measured since the start, up to a thousand.</summary>
    public int GroupCount { get; private set; }

    /// <summary>The slope; ms of delay a ms.</summary>
    public double Slope { get; private set; }

    /// <summary>Takes the next measurement.</summary>
    [HotPath]
    public void Add(in GroupDelta delta)
    {
        if (GroupCount == 0)
        {
            _firstArrival = delta.Arrival;
        }

        _accumulatedMs += delta.Growth.TotalMilliseconds;
        _smoothedMs = Smoothing * _smoothedMs + (1 - Smoothing) * _accumulatedMs;
        Push(new((delta.Arrival - _firstArrival).TotalMilliseconds, _smoothedMs));
        if (GroupCount >= WindowGroups)
        {
            Slope = FitSlope();
        }
    }

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        GroupCount = 0;
        Slope = 0;
        _accumulatedMs = 0;
        _smoothedMs = 0;
    }

    /// <summary>In the order of arrival: twenty places are moved faster than a ring is walked.</summary>
    private void Push(Point point)
    {
        if (GroupCount < WindowGroups)
        {
            _points[GroupCount] = point;
        }
        else
        {
            _points.AsSpan(1).CopyTo(_points);
            _points[^1] = point;
        }

        GroupCount = Math.Min(GroupCount + 1, CountMax);
    }

    /// <summary>Least squares; the old slope stays when all groups came at one time.</summary>
    private double FitSlope()
    {
        double sumX = 0;
        double sumY = 0;
        foreach (var (arrivalMs, delayMs) in _points)
        {
            sumX += arrivalMs;
            sumY += delayMs;
        }

        var meanX = sumX / WindowGroups;
        var meanY = sumY / WindowGroups;
        double numerator = 0;
        double denominator = 0;
        foreach (var (arrivalMs, delayMs) in _points)
        {
            numerator += (arrivalMs - meanX) * (delayMs - meanY);
            denominator += (arrivalMs - meanX) * (arrivalMs - meanX);
        }

        return denominator == 0 ? Slope : numerator / denominator;
    }

    private readonly record struct Point(double ArrivalMs, double DelayMs);
}
