using Edge.Primitives;

namespace Edge.Protocol.Retransmission;

/// <summary>Finds the gaps of one received RTP stream and says which packets to ask for, and when.</summary>
/// <remarks>
/// Shape: the lost packets stand in one sorted, bounded list; new losses only append, so it stays
/// sorted. A packet in the list was never received (checked by a property test).
/// Bounded: more than <see cref="LostMax"/> losses at once empty the list and ask for a key frame:
/// such a hole is an outage, and repairing it would cost more than starting over.
/// Source: RFC 4585 §6.2.1 for the message; the policy follows common SFU practice.
/// </remarks>
public sealed partial class NackGenerator
{
    /// <summary>Lost packets tracked at once. Chosen: about a second of a 10 Mbit/s stream.</summary>
    public const int LostMax = 1000;

    /// <summary>Received numbers remembered for duplicate detection. Chosen: several seconds of video.</summary>
    public const int WindowPackets = 4096;

    private readonly NackOptions _options;
    private readonly Lost[] _lost = new Lost[LostMax];
    private readonly SequenceBitmap _received = new(WindowPackets);
    private SequenceUnwrapper _unwrapper;
    private TimeSpan _roundTrip;
    private Instant _deadline = Instant.Never;
    private long _firstExtended;
    private long _keyFrameExtended = long.MinValue;
    private int _lostCount;
    private bool _isKeyFrameNeeded;

    /// <summary>Makes a generator for one stream that has received nothing yet.</summary>
    public NackGenerator(NackOptions options)
    {
        _options = options;
        _roundTrip = options.RoundTripInitial;
    }

    /// <summary>What happened so far.</summary>
    public NackStats Stats { get; private set; }

    /// <summary>How many packets are being asked for.</summary>
    public int LostCount => _lostCount;

    /// <summary>The highest extended sequence number received; meaningful after the first packet.</summary>
    public long Highest => _received.Highest;

    /// <summary>Whether a packet is in the list of lost ones.</summary>
    public bool IsLost(long extended) => Find(extended) >= 0;

    /// <summary>Tells the measured round trip to the sender, which paces repetitions.</summary>
    public void SetRoundTripTime(TimeSpan roundTrip)
    {
        if (roundTrip > TimeSpan.Zero)
        {
            _roundTrip = roundTrip;
        }
    }

    /// <summary>Takes the wish for a key frame that a hopeless loss left; true at most once for each.</summary>
    public bool TryTakeKeyFrameNeeded()
    {
        var isNeeded = _isKeyFrameNeeded;
        _isKeyFrameNeeded = false;
        return isNeeded;
    }

    /// <summary>Records a received packet, original or repaired by RTX (then with its original number).</summary>
    /// <param name="sequence">The packet's sequence number.</param>
    /// <param name="isKeyFrameStart">Whether a decoder can start here: losses before it matter less.</param>
    /// <param name="now">When it came.</param>
    /// <param name="extended">The number on its 64-bit line.</param>
    [HotPath]
    public NackArrival HandlePacket(
        SequenceNumber sequence,
        bool isKeyFrameStart,
        Instant now,
        out long extended
    )
    {
        var isFirst = !_unwrapper.IsStarted;
        var highest = _unwrapper.Highest;
        extended = _unwrapper.Unwrap(sequence);
        if (isKeyFrameStart && extended > _keyFrameExtended)
        {
            _keyFrameExtended = extended;
        }

        if (isFirst)
        {
            _firstExtended = extended;
            _received.TryMark(extended);
            return NackArrival.New;
        }

        if (extended > highest)
        {
            _received.TryMark(extended);
            AppendLost(highest + 1, extended, now);
            return NackArrival.New;
        }

        return HandleOlder(extended, highest);
    }

    /// <summary>Writes the sequence numbers to ask for now, ascending, and counts a try for each.</summary>
    /// <returns>How many were written; when the destination is full the rest stays due.</returns>
    [HotPath]
    public int PollNacks(Span<ushort> destination, Instant now)
    {
        if (now < _deadline)
        {
            return 0;
        }

        var count = 0;
        var kept = 0;
        _deadline = Instant.Never;
        for (var index = 0; index < _lostCount; index++)
        {
            ref var lost = ref _lost[index];
            if (IsHopeless(lost, now))
            {
                GiveUp(lost.Extended);
                continue;
            }

            if (lost.NextAt <= now && count < destination.Length)
            {
                destination[count++] = unchecked((ushort)lost.Extended);
                lost.Tries++;
                lost.NextAt = now + RepeatAfter();
            }

            _deadline = Instant.Min(_deadline, lost.NextAt);
            _lost[kept++] = lost;
        }

        _lostCount = kept;
        Stats = Stats with { Requested = Stats.Requested + count };
        return count;
    }

    /// <summary>When <see cref="PollNacks"/> has something to do next.</summary>
    public Instant PollTimeout() => _lostCount == 0 ? Instant.Never : _deadline;

    private NackArrival HandleOlder(long extended, long highest)
    {
        if (extended <= highest - WindowPackets)
        {
            return NackArrival.TooOld;
        }

        if (!_received.TryMark(extended))
        {
            Stats = Stats with { Duplicates = Stats.Duplicates + 1 };
            return NackArrival.Duplicate;
        }

        var index = Find(extended);
        if (index < 0)
        {
            // Older than the first packet, or already given up: still worth forwarding.
            return extended < _firstExtended ? NackArrival.New : NackArrival.Recovered;
        }

        _lostCount--;
        Array.Copy(_lost, index + 1, _lost, index, _lostCount - index);
        Stats = Stats with { Recovered = Stats.Recovered + 1 };
        return NackArrival.Recovered;
    }

    private void AppendLost(long from, long to, Instant now)
    {
        var missing = to - from;
        if (missing == 0)
        {
            return;
        }

        Stats = Stats with { Lost = Stats.Lost + missing };
        if (missing > LostMax - _lostCount)
        {
            RemoveBeforeKeyFrame();
        }

        if (missing > LostMax - _lostCount)
        {
            Stats = Stats with { GivenUp = Stats.GivenUp + _lostCount + missing };
            _lostCount = 0;
            _isKeyFrameNeeded = true;
            return;
        }

        var nextAt = now + _options.ReorderWait;
        for (var extended = from; extended < to; extended++)
        {
            _lost[_lostCount++] = new Lost
            {
                Extended = extended,
                FoundAt = now,
                NextAt = nextAt,
            };
        }

        _deadline = Instant.Min(_deadline, nextAt);
    }

    /// <summary>A full list first forgets what a later key frame made needless.</summary>
    private void RemoveBeforeKeyFrame()
    {
        var first = 0;
        while (first < _lostCount && _lost[first].Extended < _keyFrameExtended)
        {
            first++;
        }

        _lostCount -= first;
        Array.Copy(_lost, first, _lost, 0, _lostCount);
        Stats = Stats with { GivenUp = Stats.GivenUp + first };
    }

    private bool IsHopeless(in Lost lost, Instant now) =>
        now - lost.FoundAt > _options.AgeMax
        || (lost.Tries >= _options.TriesMax && lost.NextAt <= now)
        || lost.Extended <= _received.Highest - WindowPackets;

    private void GiveUp(long extended)
    {
        Stats = Stats with { GivenUp = Stats.GivenUp + 1 };
        _isKeyFrameNeeded |= extended > _keyFrameExtended;
    }

    private TimeSpan RepeatAfter() =>
        _roundTrip > _options.RepeatMin ? _roundTrip : _options.RepeatMin;

    private int Find(long extended)
    {
        var low = 0;
        var high = _lostCount - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var candidate = _lost[middle].Extended;
            if (candidate == extended)
            {
                return middle;
            }

            if (candidate < extended)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return -1;
    }

    /// <summary>One packet that did not come yet.</summary>
    private struct Lost
    {
        public long Extended;
        public Instant FoundAt;
        public Instant NextAt;
        public int Tries;
    }
}
