using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>Takes the wrap out of the receiver's clock (24 bits of 64 ms, about 12.4 days).</summary>
/// <remarks>The same reference time given twice in a row changes nothing.
/// Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.</remarks>
internal struct FeedbackClock
{
    private const long ReferenceTicks = 64 * TimeSpan.TicksPerMillisecond;

    private long _last;
    private bool _isStarted;

    /// <summary>What to add to the arrivals of a feedback block.</summary>
    /// <param name="referenceTime">Its reference time: signed, 24 bits, in 64 ms.</param>
    [HotPath]
    public TimeSpan Correction(int referenceTime)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _last = referenceTime;
            return TimeSpan.Zero;
        }

        // The nearest way round the circle of 24 bits, by their sign at the top of the word.
        var step = unchecked(referenceTime - (int)_last) << 8 >> 8;
        _last += step;
        return new TimeSpan((_last - referenceTime) * ReferenceTicks);
    }
}
