using Edge.Primitives;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>All chunks that have a TSN and are not cumulatively acknowledged, in order.</summary>
/// <remarks>
/// Shape: a ring over the TSN, which grows by doubling. Bounded: <see cref="ChunksMax"/>, then no new
/// chunk is made. Source: RFC 9260 §6.2.1 and §7.2.4; RFC 3758 §3.5.
/// </remarks>
internal sealed partial class OutstandingChunks(OutgoingQueue queue)
{
    /// <summary>Chosen: as many TSNs as our own receiver keeps apart; 9 MB of full packets.</summary>
    public const int ChunksMax = 8192;

    /// <summary>Reports after which a chunk is lost (RFC 9260 §7.2.4).</summary>
    private const int MissingReportsMax = 3;

    private OutstandingChunk[] _ring = new OutstandingChunk[64];
    private long _first;
    private long _next;
    private long _abandonedUpTo;
    private long _retransmitFrom;
    private long _timedTsn;
    private int _lostCount;
    private int _gapAckedCount;

    /// <summary>Bytes on their way.</summary>
    public int FlightBytes { get; private set; }

    /// <summary>Whether nothing is outstanding.</summary>
    public bool IsEmpty => _first == _next;

    /// <summary>Whether no further chunk may be added.</summary>
    public bool IsFull => _next - _first >= ChunksMax;

    /// <summary>Whether chunks wait to be sent again.</summary>
    public bool HasLost => _lostCount > 0;

    /// <summary>The highest TSN that the peer acknowledged cumulatively.</summary>
    public long CumulativeAcked => _first - 1;

    /// <summary>The highest TSN that was given out.</summary>
    public long LastAssigned => _next - 1;

    /// <summary>The TSN up to which the peer is to skip (Advanced.Peer.Ack.Point of RFC 3758 §3.5).</summary>
    public long AbandonedUpTo => _abandonedUpTo;

    /// <summary>A chunk by its TSN, which has to be outstanding.</summary>
    public ref OutstandingChunk this[long tsn] => ref _ring[(int)(tsn & (_ring.Length - 1))];

    /// <summary>Forgets everything, without releasing messages, and starts at a TSN.</summary>
    public void Start(long firstTsn)
    {
        Array.Clear(_ring);
        _first = firstTsn;
        _next = firstTsn;
        _abandonedUpTo = firstTsn - 1;
        _retransmitFrom = firstTsn;
        _timedTsn = 0;
        _lostCount = 0;
        _gapAckedCount = 0;
        FlightBytes = 0;
    }

    /// <summary>Gives a TSN to the next bytes of a message.</summary>
    public long Add(OutgoingMessage message, int lengthBytes, Instant now)
    {
        var tsn = Append(message, lengthBytes, OutstandingState.InFlight);
        ref var chunk = ref this[tsn];
        chunk.SentAt = now;
        chunk.Transmissions = 1;
        FlightBytes += lengthBytes;
        if (_timedTsn == 0)
        {
            _timedTsn = tsn;
        }

        queue.Advance(message, lengthBytes);
        return tsn;
    }

    /// <summary>Gives a begun message up with all its chunks. What of it has no TSN gets one for all, so
    /// that there is something to skip when all the sent ones are acknowledged.</summary>
    public void Abandon(OutgoingMessage message)
    {
        if (message.SentBytes < message.Length)
        {
            Append(message, 0, OutstandingState.Abandoned);
        }

        for (var tsn = Math.Max(message.FirstTsn, _first); tsn <= message.LastTsn; tsn++)
        {
            ref var chunk = ref this[tsn];
            Uncount(chunk);
            chunk.State = OutstandingState.Abandoned;
            ForgetTiming(tsn);
        }

        queue.Abandon(message);
        AdvanceAbandoned();
    }

    /// <summary>Takes everything in flight for lost (RFC 9260 §6.3.3).</summary>
    public void MarkAllLost()
    {
        for (var tsn = _first; tsn < _next; tsn++)
        {
            if (this[tsn].State == OutstandingState.InFlight)
            {
                MarkLost(tsn);
            }
        }
    }

    /// <summary>Takes one chunk for lost when it is in flight.</summary>
    public void MarkLostIfInFlight(long tsn)
    {
        if (tsn >= _first && tsn < _next && this[tsn].State == OutstandingState.InFlight)
        {
            MarkLost(tsn);
        }
    }

    /// <summary>The first chunk to send again; messages whose time is over are given up on the way.</summary>
    public bool TryPeekLost(Instant now, out long tsn)
    {
        tsn = Math.Max(_retransmitFrom, _first);
        for (; _lostCount > 0 && tsn < _next; tsn++)
        {
            ref var chunk = ref this[tsn];
            if (chunk.State != OutstandingState.Lost)
            {
                continue;
            }

            _retransmitFrom = tsn;
            if (!IsHopeless(chunk, now))
            {
                return true;
            }

            Abandon(chunk.Message!);
        }

        return false;
    }

    /// <summary>Says that a lost chunk was sent again.</summary>
    public void MarkSent(long tsn, Instant now)
    {
        ref var chunk = ref this[tsn];
        _lostCount--;
        FlightBytes += chunk.Length;
        chunk.State = OutstandingState.InFlight;
        chunk.SentAt = now;
        chunk.MissingReports = 0;
        chunk.Transmissions = (byte)Math.Min(byte.MaxValue, chunk.Transmissions + 1);
    }

    /// <summary>Takes in a cumulative TSN and gap blocks.</summary>
    /// <param name="sack">The gap blocks.</param>
    /// <param name="cumulative">Its cumulative TSN, checked to be one that we gave out and not older than
    /// the last.</param>
    /// <param name="isRecovering">Whether the sender is in fast recovery.</param>
    /// <param name="now">When it came.</param>
    public SackOutcome HandleSack(in SctpSack sack, long cumulative, bool isRecovering, Instant now)
    {
        var outcome = HandleCumulative(cumulative, now);
        if (sack.GapCount == 0 && _gapAckedCount == 0)
        {
            return outcome;
        }

        var newest = HandleGaps(sack, cumulative, ref outcome, now, out var highest);
        // In recovery an advance of the cumulative TSN reports all that is missing below the last gap.
        CountMissing(isRecovering && outcome.IsCumulativeAdvanced ? highest : newest, ref outcome);
        return outcome;
    }

    /// <summary>Takes in a cumulative TSN alone, as SHUTDOWN has one.</summary>
    public SackOutcome HandleCumulative(long cumulative, Instant now)
    {
        var outcome = new SackOutcome { IsCumulativeAdvanced = cumulative >= _first };
        while (_first <= cumulative)
        {
            Pop(ref outcome, now);
        }

        _abandonedUpTo = Math.Max(_abandonedUpTo, cumulative);
        AdvanceAbandoned();
        return outcome;
    }

    /// <summary>Lists what a FORWARD TSN has to say; the TSN may be lower than
    /// <see cref="AbandonedUpTo"/> when the list is full.</summary>
    public long ListSkipped(Span<SctpSkippedStream> streams, out int count)
    {
        count = 0;
        for (var tsn = _first; tsn <= _abandonedUpTo; tsn++)
        {
            var message = this[tsn].Message!;
            if (!message.Terms.IsUnordered && !TryNote(streams, ref count, message))
            {
                return tsn - 1;
            }
        }

        return _abandonedUpTo;
    }

    /// <summary>Releases every message that is outstanding.</summary>
    public void ReleaseAll()
    {
        while (_first < _next)
        {
            var outcome = default(SackOutcome);
            Pop(ref outcome, Instant.Zero);
        }
    }

    private static bool TryNote(
        Span<SctpSkippedStream> streams,
        ref int count,
        OutgoingMessage message
    )
    {
        var skipped = new SctpSkippedStream(message.Stream!.Id, message.Sequence);
        for (var index = 0; index < count; index++)
        {
            if (streams[index].StreamId == skipped.StreamId)
            {
                streams[index] = skipped;
                return true;
            }
        }

        if (count == streams.Length)
        {
            return false;
        }

        streams[count++] = skipped;
        return true;
    }

    private long Append(OutgoingMessage message, int lengthBytes, OutstandingState state)
    {
        if (_next - _first == _ring.Length)
        {
            Grow();
        }

        var tsn = _next++;
        if (message.SentBytes == 0)
        {
            message.FirstTsn = tsn;
        }

        message.LastTsn = tsn;
        this[tsn] = new()
        {
            Message = message,
            Offset = message.SentBytes,
            Length = lengthBytes,
            State = state,
        };
        return tsn;
    }

    private void Grow()
    {
        var larger = new OutstandingChunk[_ring.Length * 2];
        for (var tsn = _first; tsn < _next; tsn++)
        {
            larger[(int)(tsn & (larger.Length - 1))] = this[tsn];
        }

        _ring = larger;
    }

    private bool IsHopeless(in OutstandingChunk chunk, Instant now) =>
        queue.MayAbandon
        && (
            chunk.Transmissions > chunk.Message!.Terms.RetransmitsMax
            || chunk.Message.IsExpired(now)
        );

    private void MarkLost(long tsn)
    {
        ref var chunk = ref this[tsn];
        FlightBytes -= chunk.Length;
        _lostCount++;
        chunk.State = OutstandingState.Lost;
        _retransmitFrom = Math.Min(_retransmitFrom, tsn);
        ForgetTiming(tsn);
    }

    /// <summary>Karn's rule: what is sent again measures nothing (RFC 9260 §6.3.1 C5).</summary>
    private void ForgetTiming(long tsn)
    {
        if (_timedTsn == tsn)
        {
            _timedTsn = 0;
        }
    }

    private void Uncount(in OutstandingChunk chunk)
    {
        switch (chunk.State)
        {
            case OutstandingState.InFlight:
                FlightBytes -= chunk.Length;
                break;
            case OutstandingState.Lost:
                _lostCount--;
                break;
            case OutstandingState.GapAcked:
                _gapAckedCount--;
                break;
            case OutstandingState.Abandoned:
            default:
                break;
        }
    }

    private void Pop(ref SackOutcome outcome, Instant now)
    {
        ref var chunk = ref this[_first];
        Uncount(chunk);
        if (chunk.State is OutstandingState.InFlight or OutstandingState.Lost)
        {
            outcome.AckedBytes += chunk.Length;
        }

        Measure(_first, chunk, ref outcome, now);
        if (chunk.Message is { } message && _first == message.LastTsn && message.IsFinished)
        {
            queue.Release(message);
        }

        chunk = default;
        _first++;
    }

    private void Measure(long tsn, in OutstandingChunk chunk, ref SackOutcome outcome, Instant now)
    {
        if (_timedTsn == tsn)
        {
            _timedTsn = 0;
            outcome.RoundTrip = now - chunk.SentAt;
        }
    }

    /// <summary>Compares all outstanding chunks with the gap blocks.</summary>
    /// <returns>The highest TSN reported for the first time; <paramref name="highest"/> is the highest
    /// reported at all. 0 when there is none.</returns>
    private long HandleGaps(
        in SctpSack sack,
        long cumulative,
        ref SackOutcome outcome,
        Instant now,
        out long highest
    )
    {
        var newest = 0L;
        highest = 0;
        var tsn = _first;
        for (var index = 0; index < sack.GapCount; index++)
        {
            var gap = sack.Gap(index);
            var start = cumulative + gap.Start;
            var end = Math.Min(cumulative + gap.End, _next - 1);
            for (; tsn < Math.Min(start, _next); tsn++)
            {
                Revoke(tsn);
            }

            for (; tsn <= end; tsn++)
            {
                highest = tsn;
                if (TryMarkGapAcked(tsn, ref outcome, now))
                {
                    newest = tsn;
                }
            }
        }

        for (; tsn < _next && _gapAckedCount > 0; tsn++)
        {
            Revoke(tsn);
        }

        return newest;
    }

    private bool TryMarkGapAcked(long tsn, ref SackOutcome outcome, Instant now)
    {
        ref var chunk = ref this[tsn];
        if (chunk.State is not (OutstandingState.InFlight or OutstandingState.Lost))
        {
            return false;
        }

        Uncount(chunk);
        outcome.AckedBytes += chunk.Length;
        chunk.State = OutstandingState.GapAcked;
        _gapAckedCount++;
        Measure(tsn, chunk, ref outcome, now);
        return true;
    }

    /// <summary>The peer may take back what it reported behind a gap (RFC 9260 §6.2.1 D iii).</summary>
    private void Revoke(long tsn)
    {
        ref var chunk = ref this[tsn];
        if (chunk.State == OutstandingState.GapAcked)
        {
            _gapAckedCount--;
            FlightBytes += chunk.Length;
            chunk.State = OutstandingState.InFlight;
        }
    }

    private void CountMissing(long below, ref SackOutcome outcome)
    {
        for (var tsn = _first; tsn < below; tsn++)
        {
            ref var chunk = ref this[tsn];
            if (chunk.State != OutstandingState.InFlight || chunk.WasFastRetransmitted)
            {
                continue;
            }

            chunk.MissingReports++;
            if (chunk.MissingReports >= MissingReportsMax)
            {
                chunk.WasFastRetransmitted = true;
                MarkLost(tsn);
                outcome.HasLoss = true;
            }
        }
    }

    private void AdvanceAbandoned()
    {
        while (
            _abandonedUpTo + 1 < _next
            && this[_abandonedUpTo + 1].State == OutstandingState.Abandoned
        )
        {
            _abandonedUpTo++;
        }
    }
}
