using Edge.Primitives;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Protocol.Congestion;

/// <summary>Records when packets with transport-wide sequence numbers came and writes the feedback.</summary>
/// <remarks>
/// Without this feedback Chromium stays at a few hundred kilobits and its lowest simulcast layer.
/// A packet that comes after its number was reported lost moves the next feedback's start back to it,
/// as libwebrtc does. Bounded: arrivals of the last <see cref="WindowPackets"/> numbers; older packets
/// are not reported.
/// Source: draft-holmer-rmcat-transport-wide-cc-extensions-01.
/// </remarks>
public sealed partial class TwccReceiver
{
    /// <summary>Numbers whose arrivals are kept; a power of two. Chosen: 100 ms at 600 Mbit/s.</summary>
    public const int WindowPackets = 8192;

    /// <summary>Packets after which feedback does not wait for its time. Chosen: a feedback packet of
    /// them stays below half an MTU.</summary>
    public const int PendingMax = 512;

    /// <summary>Time between feedback packets at first. Chosen: the sender's first probes should be
    /// answered quickly; libwebrtc's least interval is the same.</summary>
    public static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Time between feedback packets. Chosen: the customary value of SFUs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the start lasts. Chosen: longer than libwebrtc's initial probing.</summary>
    public static readonly TimeSpan StartDuration = TimeSpan.FromSeconds(2);

    private readonly long[] _arrivals = new long[WindowPackets];
    private readonly long[] _window = new long[TransportFeedbackWriter.StatusCountMax];
    private SequenceUnwrapper _unwrapper;
    private Instant _startedAt = Instant.Never;
    private Instant _lastFeedbackAt = Instant.Never;
    private Instant _deadline = Instant.Never;
    private Ssrc _mediaSsrc;
    private long _nextReported;
    private int _pending;
    private byte _feedbackCount;

    /// <summary>From our clock to the one that feedback tells arrivals by: that of the process in which the peer
    /// connected, because a jump of it would look like one of the network.</summary>
    private TimeSpan _clockShift;

    /// <summary>Feedback packets written.</summary>
    public long FeedbackPackets { get; private set; }

    /// <summary>Records a packet of the transport.</summary>
    /// <param name="sequence">The transport-wide sequence number of its header extension.</param>
    /// <param name="mediaSsrc">Its SSRC; feedback names the latest.</param>
    /// <param name="now">When it came.</param>
    [HotPath]
    public void HandlePacket(SequenceNumber sequence, Ssrc mediaSsrc, Instant now)
    {
        var isFirst = !_unwrapper.IsStarted;
        var highest = _unwrapper.Highest;
        var extended = _unwrapper.Unwrap(sequence);
        if (isFirst)
        {
            Array.Fill(_arrivals, Instant.Never.Ticks);
            _startedAt = now;
            _nextReported = extended;
        }
        else if (extended > highest)
        {
            ForgetBetween(highest, extended);
        }
        else if (extended <= highest - WindowPackets)
        {
            return;
        }

        ref var arrival = ref _arrivals[extended & (WindowPackets - 1)];
        if (arrival != Instant.Never.Ticks)
        {
            return;
        }

        arrival = now.Ticks + _clockShift.Ticks;
        _mediaSsrc = mediaSsrc;
        _nextReported = Math.Min(_nextReported, extended);
        Schedule(now);
    }

    /// <summary>Writes a feedback packet when one is due; 0 when not. Call until 0.</summary>
    [HotPath]
    public int PollFeedback(Span<byte> destination, Ssrc senderSsrc, Instant now)
    {
        while (now >= _deadline)
        {
            var first = Math.Max(_nextReported, _unwrapper.Highest - WindowPackets + 1);
            var count = CopyWindow(first);
            var length = TransportFeedbackWriter.Write(
                destination,
                senderSsrc,
                _mediaSsrc,
                unchecked((ushort)first),
                _window.AsSpan(0, count),
                _feedbackCount,
                out var consumed
            );
            _nextReported = first + consumed;
            if (_nextReported > _unwrapper.Highest || consumed == 0)
            {
                // Nothing left, or a destination that is too short for any: then it is tried again later.
                _deadline = consumed == 0 ? now + Interval : Instant.Never;
                _pending = 0;
                _lastFeedbackAt = now;
            }

            if (length > 0)
            {
                _feedbackCount++;
                FeedbackPackets++;
                return length;
            }
        }

        return 0;
    }

    /// <summary>When <see cref="PollFeedback"/> has something to write.</summary>
    public Instant PollTimeout() => _deadline;

    private void Schedule(Instant now)
    {
        if (++_pending >= PendingMax)
        {
            _deadline = now;
            return;
        }

        if (_deadline.IsSet)
        {
            return;
        }

        var interval = now - _startedAt < StartDuration ? StartInterval : Interval;
        _deadline = _lastFeedbackAt.IsSet
            ? Instant.Max(now, _lastFeedbackAt + interval)
            : now + interval;
    }

    /// <summary>The slots of skipped numbers still hold arrivals of a window ago.</summary>
    private void ForgetBetween(long highest, long extended)
    {
        var first = Math.Max(highest + 1, extended - WindowPackets + 1);
        for (var number = first; number <= extended; number++)
        {
            _arrivals[number & (WindowPackets - 1)] = Instant.Never.Ticks;
        }
    }

    private int CopyWindow(long first)
    {
        var count = (int)Math.Min(_unwrapper.Highest - first + 1, _window.Length);
        for (var index = 0; index < count; index++)
        {
            _window[index] = _arrivals[(first + index) & (WindowPackets - 1)];
        }

        return count;
    }
}
