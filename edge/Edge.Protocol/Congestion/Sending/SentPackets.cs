using Edge.Primitives;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>What was sent to a viewer and not yet forgotten, by transport-wide sequence number.</summary>
/// <remarks>
/// Only what left for the viewer is in it: what was lost on the way to us was never sent, has no number,
/// and cannot count as the viewer's loss.
/// Shape: a ring of numbers, 8 bytes each. It begins with <see cref="CapacityMin"/> and doubles, in
/// <see cref="HandleFeedback"/> only, while it forgets what is younger than <see cref="YoungMax"/> or in
/// flight. Bounded: by <see cref="CapacityMax"/> and by <see cref="AgeMax"/>; older packets are neither in
/// flight nor reported. Feedback is the peer's word: numbers that were never sent, or are told of twice,
/// are passed over, and so many of them only as what was sent allows.
/// </remarks>
public sealed partial class SentPackets
{
    /// <summary>Numbers kept at first; a power of two. Chosen: a second of 2 Mbit/s, in 2 KiB.</summary>
    public const int CapacityMin = 256;

    /// <summary>Numbers kept at most; a power of two. Chosen: a second of 20 Mbit/s, in 16 KiB.</summary>
    public const int CapacityMax = 2048;

    /// <summary>Statuses without news that feedback may hold for each packet sent. Chosen: many times
    /// those of a receiver that tells each packet several times.</summary>
    public const int VainPerPacket = 16;

    /// <summary>Such statuses at a time: as many as a block can hold.</summary>
    public const int VainMax = 65535;

    /// <summary>How long a packet is waited for. Chosen: longer than any queue that still carries a call.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(10);

    /// <summary>What is younger is not forgotten while there is room. Chosen: longer than a round trip and a
    /// feedback interval.</summary>
    public static readonly TimeSpan YoungMax = TimeSpan.FromSeconds(1);

    private SentEntry[] _entries = new SentEntry[CapacityMin];
    private SequenceUnwrapper _unwrapper;
    private FeedbackClock _clock;
    private Instant _sentAt;
    private TimeSpan _lastArrival;
    private long _oldest;
    private long _landed;
    private int _vainLeft = VainMax;
    private bool _isTight;

    /// <summary>Bytes sent after the newest packet that was told of, and not older than
    /// <see cref="AgeMax"/> when the last packet left.</summary>
    public long InFlightBytes { get; private set; }

    /// <summary>Numbers kept at present.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Notes a packet that leaves now; a number not newer than the last is not taken.</summary>
    [HotPath]
    public void HandleSent(SequenceNumber sequence, in SentPacket packet, Instant now)
    {
        var former = _unwrapper.Highest;
        var isStarted = _unwrapper.IsStarted;
        var number = _unwrapper.Peek(sequence);
        if (isStarted && number <= former)
        {
            return;
        }

        _unwrapper.Unwrap(sequence);
        if (isStarted)
        {
            Forget(number, former, now);
        }
        else
        {
            _oldest = number;
            _landed = number - 1;
        }

        _sentAt = now;
        ref var entry = ref _entries[Index(number)];
        entry = new SentEntry(packet, now);
        InFlightBytes += entry.Bytes;
        _vainLeft = Math.Min(_vainLeft + VainPerPacket, VainMax);
    }

    /// <summary>Goes on through a feedback block and tells what is new in it.</summary>
    /// <param name="feedback">The block; where it stands is kept for the next call.</param>
    /// <param name="results">Filled in the order of numbers; at least one.</param>
    /// <param name="now">When the block came.</param>
    /// <param name="isOtherClock">Whether its arrivals are not to be compared with those before.</param>
    /// <returns>How many results there are; 0 when the block holds no more.</returns>
    [HotPath]
    public int HandleFeedback(
        ref TransportFeedback feedback,
        Span<PacketResult> results,
        Instant now,
        out bool isOtherClock
    )
    {
        isOtherClock = false;
        if (!_unwrapper.IsStarted || now - _sentAt > AgeMax)
        {
            return 0;
        }

        if (_isTight)
        {
            Grow();
        }

        var correction = _clock.Correction(feedback.ReferenceTime, now, out isOtherClock);
        var count = 0;
        while (count < results.Length && _vainLeft > 0 && feedback.MoveNext())
        {
            var status = feedback.Current;
            var number = _unwrapper.Peek(status.Sequence);
            if (number > _unwrapper.Highest)
            {
                // Never sent, and what follows neither.
                break;
            }

            if (TryTell(number, status, correction, now, out var result))
            {
                results[count++] = result;
            }
            else
            {
                _vainLeft--;
            }
        }

        return count;
    }

    private bool TryTell(
        long number,
        in TransportFeedbackStatus status,
        TimeSpan correction,
        Instant now,
        out PacketResult result
    )
    {
        result = default;
        ref var entry = ref _entries[Index(number)];
        if (number < _oldest || entry.State == SentState.None || entry.Age(now) > AgeMax)
        {
            return false;
        }

        Land(number);
        if (!TryChange(ref entry, status, correction, out var fate))
        {
            return false;
        }

        result = new(now - entry.Age(now), _lastArrival, entry.Packet, fate);
        return true;
    }

    private bool TryChange(
        ref SentEntry entry,
        in TransportFeedbackStatus status,
        TimeSpan correction,
        out PacketFate fate
    )
    {
        fate = PacketFate.Lost;
        var before = entry.State;
        if (!status.IsReceived)
        {
            entry.State = before == SentState.Flying ? SentState.Lost : before;
            return before == SentState.Flying;
        }

        _lastArrival = status.Arrival + correction;
        fate = before == SentState.Lost ? PacketFate.ReceivedLate : PacketFate.Received;
        entry.State = SentState.Received;
        return before != SentState.Received;
    }

    /// <summary>Makes room for a number: the oldest go, those too old, and what stood where numbers are
    /// skipped.</summary>
    private void Forget(long number, long former, Instant now)
    {
        var least = number - _entries.Length + 1;
        // Ages are only known for some minutes, see SentEntry; beyond this all are too old anyway.
        var isPause = now - _sentAt > AgeMax;
        for (; _oldest <= former; _oldest++)
        {
            ref readonly var entry = ref _entries[Index(_oldest)];
            var isOld = isPause || entry.State == SentState.None || entry.Age(now) > AgeMax;
            if (!isOld && _oldest >= least)
            {
                break;
            }

            _isTight |= !isOld && (_oldest > _landed || entry.Age(now) < YoungMax);
            Land(_oldest);
        }

        _oldest = Math.Max(_oldest, least);
        for (var skipped = Math.Max(former + 1, least); skipped < number; skipped++)
        {
            _entries[Index(skipped)] = default;
        }

        _landed = Math.Max(_landed, _oldest - 1);
    }

    /// <summary>Everything up to a number is not in flight any more.</summary>
    private void Land(long number)
    {
        while (_landed < number)
        {
            _landed++;
            InFlightBytes -= _entries[Index(_landed)].Bytes;
        }
    }

    private void Grow()
    {
        _isTight = false;
        if (_entries.Length == CapacityMax)
        {
            return;
        }

        var grown = new SentEntry[_entries.Length * 2];
        for (var number = _oldest; number <= _unwrapper.Highest; number++)
        {
            grown[number & (grown.Length - 1)] = _entries[Index(number)];
        }

        _entries = grown;
    }

    private int Index(long number) => (int)(number & (_entries.Length - 1));
}
