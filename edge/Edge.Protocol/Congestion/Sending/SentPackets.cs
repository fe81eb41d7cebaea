using Edge.Primitives;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Protocol.Congestion.Sending;

/// <summary>What was sent to a viewer and not yet forgotten, by transport-wide sequence number.</summary>
/// <remarks>
/// Only what left for the viewer is in it: what was lost on the way to us was never sent, has no number,
/// and cannot count as the viewer's loss.
/// Shape: a ring of <see cref="Capacity"/> numbers. Bounded: by that and by <see cref="AgeMax"/>; older
/// packets are neither in flight nor reported. Feedback is the peer's word: numbers that were never sent, or
/// are told of twice, are passed over.
/// </remarks>
public sealed class SentPackets
{
    /// <summary>Numbers kept; a power of two. Chosen: a second of 20 Mbit/s, in 64 KiB.</summary>
    public const int Capacity = 2048;

    /// <summary>How long a packet is waited for. Chosen: longer than any queue that still carries a call.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(10);

    private readonly Entry[] _entries = new Entry[Capacity];
    private SequenceUnwrapper _unwrapper;
    private FeedbackClock _clock;
    private TimeSpan _lastArrival;
    private long _landed;

    /// <summary>Bytes sent after the newest packet that was told of, and not older than
    /// <see cref="AgeMax"/> when the last packet left.</summary>
    public long InFlightBytes { get; private set; }

    /// <summary>Notes a packet that leaves now; a number not newer than the last is not taken.</summary>
    [HotPath]
    public void HandleSent(SequenceNumber sequence, in SentPacket packet, Instant now)
    {
        var isFirst = !_unwrapper.IsStarted;
        if (!isFirst && !sequence.IsNewerThan(new(unchecked((ushort)_unwrapper.Highest))))
        {
            return;
        }

        var number = _unwrapper.Unwrap(sequence);
        if (isFirst)
        {
            _landed = number - 1;
        }

        Land(number - Capacity);
        LandOlderThan(now - AgeMax, number - 1);
        _entries[Index(number)] = new Entry(number, now, packet, State.Flying);
        InFlightBytes += packet.Bytes;
    }

    /// <summary>Goes on through a feedback block and tells what is new in it.</summary>
    /// <param name="feedback">The block; where it stands is kept for the next call.</param>
    /// <param name="results">Filled in the order of numbers; at least one.</param>
    /// <param name="now">When the block came.</param>
    /// <returns>How many results there are; 0 when the block holds no more.</returns>
    [HotPath]
    public int HandleFeedback(
        ref TransportFeedback feedback,
        Span<PacketResult> results,
        Instant now
    )
    {
        if (!_unwrapper.IsStarted)
        {
            return 0;
        }

        var correction = _clock.Correction(feedback.ReferenceTime);
        var count = 0;
        while (count < results.Length && feedback.MoveNext())
        {
            var status = feedback.Current;
            var number = _unwrapper.Peek(status.Sequence);
            if (number > _unwrapper.Highest)
            {
                // Never sent, and what follows neither.
                break;
            }

            ref var entry = ref _entries[Index(number)];
            if (entry.Number != number || now - entry.SentAt > AgeMax)
            {
                continue;
            }

            Land(number);
            if (TryChange(ref entry, status, correction, out var fate))
            {
                results[count++] = new(entry.SentAt, _lastArrival, entry.Packet, fate);
            }
        }

        return count;
    }

    private bool TryChange(
        ref Entry entry,
        in TransportFeedbackStatus status,
        TimeSpan correction,
        out PacketFate fate
    )
    {
        fate = PacketFate.Lost;
        if (!status.IsReceived)
        {
            var isNews = entry.State == State.Flying;
            entry.State = isNews ? State.Lost : entry.State;
            return isNews;
        }

        _lastArrival = status.Arrival + correction;
        fate = entry.State == State.Lost ? PacketFate.ReceivedLate : PacketFate.Received;
        var isNew = entry.State != State.Received;
        entry.State = State.Received;
        return isNew;
    }

    /// <summary>Everything up to a number is not in flight any more.</summary>
    private void Land(long number)
    {
        while (_landed < number)
        {
            _landed++;
            ref readonly var entry = ref _entries[Index(_landed)];
            InFlightBytes -= entry.Number == _landed ? entry.Packet.Bytes : 0;
        }
    }

    private void LandOlderThan(Instant limit, long lastNumber)
    {
        while (_landed < lastNumber && _entries[Index(_landed + 1)].SentAt < limit)
        {
            Land(_landed + 1);
        }
    }

    private static int Index(long number) => (int)(number & (Capacity - 1));

    private enum State : byte
    {
        Flying,
        Lost,
        Received,
    }

    private record struct Entry(long Number, Instant SentAt, SentPacket Packet, State State);
}
