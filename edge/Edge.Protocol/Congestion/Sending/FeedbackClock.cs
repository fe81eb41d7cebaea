using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>Takes the wrap out of the receiver's clock (24 bits of 64 ms, about 12.4 days), and its
/// jumps.</summary>
/// <remarks>
/// A clock that went on otherwise than ours by more than <see cref="JumpMin"/> is another one (a machine that
/// slept, or a lie): then it goes on here as ours did, so that the line of arrivals stays near ours whatever
/// the peer says, and no difference of two of them can overflow. The same reference time given twice at
/// one time changes nothing.
/// Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
/// </remarks>
internal partial struct FeedbackClock
{
    /// <summary>libwebrtc's threshold of a changed clock.</summary>
    public static readonly TimeSpan JumpMin = TimeSpan.FromSeconds(3);

    private const long ReferenceTicks = 64 * TimeSpan.TicksPerMillisecond;

    private int _reference;
    private long _position;
    private Instant _heardAt;
    private bool _isStarted;

    /// <summary>What to add to the arrivals of a feedback block.</summary>
    /// <param name="referenceTime">Its reference time: signed, 24 bits, in 64 ms.</param>
    /// <param name="now">When the block came.</param>
    /// <param name="isJump">Whether delays before and after are not to be compared.</param>
    [HotPath]
    public TimeSpan Correction(int referenceTime, Instant now, out bool isJump)
    {
        isJump = false;
        if (!_isStarted)
        {
            _isStarted = true;
            _position = referenceTime;
        }
        else
        {
            // The nearest way round the circle of 24 bits, by their sign at the top of the word.
            long step = unchecked(referenceTime - _reference) << 8 >> 8;
            var elapsed = (now - _heardAt).Ticks / ReferenceTicks;
            isJump = Math.Abs(step - elapsed) > JumpMin.Ticks / ReferenceTicks;
            _position += isJump ? elapsed : step;
        }

        _reference = referenceTime;
        _heardAt = now;
        return new TimeSpan((_position - referenceTime) * ReferenceTicks);
    }
}
