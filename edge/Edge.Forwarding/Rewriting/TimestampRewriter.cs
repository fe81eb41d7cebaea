using Edge.Primitives;

namespace Edge.Forwarding.Rewriting;

/// <summary>Keeps one subscription's timestamps going across layers and publishers.</summary>
/// <remarks>
/// At the start of a run the sent timestamp continues by how much later the new packet was captured:
/// by equal timestamp origins where both layers show them (OBS), else by both layers' sender reports,
/// else by the difference of arrival. It never goes backwards: a capture time that is not later is
/// pushed forward to one frame after the last sent, if that takes at most
/// <see cref="PushMilliseconds"/>; else another key frame is wanted, once, and then it is pushed
/// whatever it takes. Source: mediasoup's simulcast consumer, for the two constants and that order.
/// </remarks>
internal sealed partial class TimestampRewriter
{
    /// <summary>How far a start may be pushed forward without another key frame, ms.</summary>
    private const int PushMilliseconds = 75;

    /// <summary>Distance to the last sent timestamp after a push: a frame at 30 frames a second, ms.</summary>
    private const int FrameMilliseconds = 33;

    /// <summary>Disagreement with arrival up to which origins count as equal, ms. Chosen: jitter and
    /// encoder delay stay below; two random origins agree by chance once in 240 000.</summary>
    private const int EqualOriginMilliseconds = 100;

    /// <summary>Disagreement with arrival beyond which sender reports are not believed. Chosen: OBS
    /// shares one report among layers; no real delay between layers is that long.</summary>
    private static readonly TimeSpan ReportErrorMax = TimeSpan.FromSeconds(1);

    /// <summary>Steps between pictures shrink at most so far: at 30 frames a second to 0.5 ms.</summary>
    private const int ScaleMin = TimestampMap.ScaleOne / 64;

    private readonly uint _firstTimestamp;
    private uint _lastIn;
    private uint _lastOut;
    private Instant _lastArrivedAt;
    private Instant _lastSentAt;
    private bool _wasRefused;

    /// <summary>Makes one that has sent nothing.</summary>
    public TimestampRewriter(uint firstTimestamp)
    {
        _firstTimestamp = firstTimestamp;
        _lastOut = firstTimestamp;
    }

    /// <summary>Whether anything was sent.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The highest timestamp sent.</summary>
    public uint LastOut => _lastOut;

    /// <summary>Chooses the map of a run; false: ask for another key frame and go on as before.</summary>
    public bool TryStart(in TimestampStart start, Instant now, out TimestampMap map)
    {
        if (!IsStarted)
        {
            map = Burst(start, _firstTimestamp);
            return true;
        }

        var milliseconds = start.ClockRate / 1000;
        var isBurst = start.BurstDuration > TimeSpan.Zero;
        var advance = isBurst ? Units(now - _lastSentAt, start.ClockRate) : CaptureAdvance(start);
        var missing = FrameMilliseconds * milliseconds - advance;
        if (advance <= 0 && missing > PushMilliseconds * milliseconds && !_wasRefused && !isBurst)
        {
            _wasRefused = true;
            map = default;
            return false;
        }

        _wasRefused = false;
        if (advance <= 0)
        {
            advance = FrameMilliseconds * milliseconds;
        }

        map = Burst(start, unchecked(_lastOut + (uint)advance));
        return true;
    }

    /// <summary>Records a packet sent.</summary>
    public void HandleSent(uint timestampIn, uint timestampOut, Instant arrivedAt, Instant now)
    {
        if (IsStarted && unchecked((int)(timestampOut - _lastOut)) < 0)
        {
            return;
        }

        IsStarted = true;
        _lastIn = timestampIn;
        _lastOut = timestampOut;
        _lastArrivedAt = arrivedAt;
        _lastSentAt = now;
    }

    private long CaptureAdvance(in TimestampStart start)
    {
        var arrival = start.ArrivedAt - _lastArrivedAt;
        var byArrival = Units(arrival, start.ClockRate);
        if (!start.IsSameSource)
        {
            return byArrival;
        }

        long byOrigin = unchecked((int)(start.Timestamp - _lastIn));
        if (Math.Abs(byOrigin - byArrival) <= EqualOriginMilliseconds * start.ClockRate / 1000)
        {
            return byOrigin;
        }

        if (!start.Clock.IsKnown || !start.LastClock.IsKnown)
        {
            return byArrival;
        }

        var capture =
            start.Clock.CaptureOf(start.Timestamp, start.ClockRate)
            - start.LastClock.CaptureOf(_lastIn, start.ClockRate);
        return (capture - arrival).Duration() <= ReportErrorMax
            ? Units(capture, start.ClockRate)
            : byArrival;
    }

    private static TimestampMap Burst(in TimestampStart start, uint firstOut)
    {
        var span = unchecked((int)(start.HeadTimestamp - start.Timestamp));
        if (span <= 0)
        {
            return new(start.Timestamp, firstOut, TimestampMap.ScaleOne);
        }

        var burst = Units(start.BurstDuration, start.ClockRate);
        var scale = (int)
            Math.Clamp(
                burst * TimestampMap.ScaleOne / span,
                min: ScaleMin,
                max: TimestampMap.ScaleOne
            );
        var atOne = new TimestampMap(start.HeadTimestamp, 0, scale);
        return atOne with { PivotOut = unchecked(firstOut - atOne.Map(start.Timestamp)) };
    }

    private static long Units(TimeSpan duration, uint clockRate) =>
        duration.Ticks / TimeSpan.TicksPerMillisecond * clockRate / 1000
        + duration.Ticks % TimeSpan.TicksPerMillisecond * clockRate / TimeSpan.TicksPerSecond;
}
