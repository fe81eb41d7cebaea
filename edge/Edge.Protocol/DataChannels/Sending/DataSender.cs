using Edge.Primitives;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>Cuts messages into DATA chunks, sends them as the peer's window and the path allow, and again
/// when they are lost.</summary>
/// <remarks>Source: RFC 9260 §6 and §7; RFC 3758 §3.5.</remarks>
internal sealed partial class DataSender
{
    /// <summary>Packets of data for one input. Deviates from Max.Burst of RFC 9260 §16 (4): it is the first
    /// window, which goes out at once as well.</summary>
    private const int BurstPackets = 10;

    /// <summary>Chosen: more streams than lose messages within a round trip; the rest follows.</summary>
    private const int SkippedStreamsMax = 64;

    private readonly DataChannelTransportOptions _options;
    private readonly DataChannelCounters _counters;
    private readonly CongestionWindow _congestion;
    private readonly PathHealth _health;
    private readonly int _payloadBytesMax;
    private long _advertisedBytes;
    private long _probeTsn;
    private long _forwardSent;
    private Instant _lastSentAt = Instant.Never;
    private Instant _forwardSentAt;
    private int _burstLeft;
    private bool _isFastPacketDue;
    private bool _isForwardDue;

    /// <summary>Makes a sender that waits for <see cref="Start"/>; messages may be queued before.</summary>
    public DataSender(
        DataChannelTransportOptions options,
        MessagePool pool,
        PathHealth health,
        DataChannelCounters counters
    )
    {
        _options = options;
        _counters = counters;
        _health = health;
        Queue = new(pool, counters);
        Outstanding = new(Queue);
        Timeout = new(options);
        _congestion = new(options.PacketBytesMax);
        _payloadBytesMax =
            ((options.PacketBytesMax - SctpPacket.HeaderBytes) & ~3) - SctpData.OverheadBytes;
    }

    /// <summary>What waits.</summary>
    public OutgoingQueue Queue { get; }

    /// <summary>What is sent and not acknowledged.</summary>
    public OutstandingChunks Outstanding { get; }

    /// <summary>How long to wait for answers.</summary>
    public RetransmissionTimeout Timeout { get; }

    /// <summary>When <see cref="HandleTimeout"/> is due (T3-rtx of RFC 9260 §6.3): set while anything is
    /// outstanding.</summary>
    public Instant RetransmitAt { get; private set; } = Instant.Never;

    /// <summary>Whether everything accepted is acknowledged or given up.</summary>
    public bool IsDrained => Outstanding.IsEmpty && Queue.WaitingCount == 0;

    /// <summary>Whether the next packet would carry data; it may say so and be wrong about a message whose
    /// time is over.</summary>
    public bool MaySend =>
        _isForwardDue
        || (
            _burstLeft > 0
            && (
                (Outstanding.HasLost && IsFlightAllowed)
                || (Queue.WaitingCount > 0 && IsFlightAllowed && PeerFreeBytes > 0)
            )
        );

    /// <summary>The congestion window, for tests.</summary>
    public long WindowBytes => _congestion.Bytes;

    private bool IsFlightAllowed => _isFastPacketDue || Outstanding.FlightBytes < _congestion.Bytes;

    /// <summary>What the peer has room for beside what is on its way; at least one byte when nothing is,
    /// because then a probe may go (RFC 9260 §6.1 A).</summary>
    private long PeerFreeBytes =>
        Outstanding.FlightBytes == 0
            ? Math.Max(1, _advertisedBytes)
            : _advertisedBytes - Outstanding.FlightBytes;

    /// <summary>Begins an association.</summary>
    public void Start(uint initialTsn, uint peerWindowBytes, bool mayAbandon)
    {
        Outstanding.Start(Tsn.Start(initialTsn));
        Queue.MayAbandon = mayAbandon;
        Timeout.Start();
        _congestion.Start(peerWindowBytes);
        _advertisedBytes = peerWindowBytes;
        _probeTsn = 0;
        _forwardSent = 0;
        _lastSentAt = Instant.Never;
        _isForwardDue = false;
        _isFastPacketDue = false;
        _burstLeft = BurstPackets;
        RetransmitAt = Instant.Never;
    }

    /// <summary>Gives everything up: the association ended or began anew.</summary>
    public void Clear()
    {
        Queue.Clear();
        Outstanding.ReleaseAll();
        RetransmitAt = Instant.Never;
        _isForwardDue = false;
    }

    /// <summary>Queues a message.</summary>
    public void Enqueue(OutgoingStream stream, ReadOnlySpan<byte> bytes, in OutgoingTerms terms)
    {
        Queue.Enqueue(stream, bytes, terms);
        _burstLeft = BurstPackets;
    }

    /// <summary>Takes in a SACK; false when it acknowledges what was never sent.</summary>
    public bool HandleSack(in SctpSack sack, Instant now)
    {
        var cumulative = Tsn.Extend(sack.CumulativeTsn, Outstanding.CumulativeAcked);
        if (cumulative > Outstanding.LastAssigned)
        {
            return false;
        }

        if (cumulative < Outstanding.CumulativeAcked)
        {
            // An older one that was overtaken.
            return true;
        }

        var flightBytes = Outstanding.FlightBytes;
        var isRecovering = _congestion.IsRecovering;
        var outcome = Outstanding.HandleSack(sack, cumulative, isRecovering, now);
        _advertisedBytes = sack.AdvertisedWindow;
        if (outcome.AckedBytes > 0 || outcome.IsCumulativeAdvanced || _advertisedBytes == 0)
        {
            // A peer that answers with a closed window is alive (RFC 9260 §6.1 A).
            _health.HandleAnswer();
        }

        HandleProbe();
        HandleOutcome(outcome, flightBytes, cumulative, now);
        return true;
    }

    /// <summary>Takes in the cumulative TSN of a SHUTDOWN; false when it was never sent.</summary>
    public bool HandleCumulative(uint cumulativeTsn, Instant now)
    {
        var cumulative = Tsn.Extend(cumulativeTsn, Outstanding.CumulativeAcked);
        if (cumulative > Outstanding.LastAssigned)
        {
            return false;
        }

        var flightBytes = Outstanding.FlightBytes;
        var outcome = Outstanding.HandleCumulative(cumulative, now);
        HandleOutcome(outcome, flightBytes, cumulative, now);
        return true;
    }

    /// <summary>T3-rtx expired (RFC 9260 §6.3.3, RFC 3758 §3.5 A5).</summary>
    public void HandleTimeout(Instant now)
    {
        RetransmitAt = Instant.Never;
        if (Outstanding.IsEmpty)
        {
            return;
        }

        _counters.Value.RetransmissionTimeouts++;
        _health.HandleTimeout();
        Timeout.HandleTimeout();
        _congestion.HandleTimeout();
        Outstanding.MarkAllLost();
        _isForwardDue = Outstanding.AbandonedUpTo > Outstanding.CumulativeAcked;
        _isFastPacketDue = false;
        _burstLeft = BurstPackets;
        RetransmitAt = now + Timeout.Value;
    }

    /// <summary>Adds what may be sent now to a packet; false when that is nothing.</summary>
    [HotPath]
    public bool Write(ref SctpPacketWriter writer, Instant now)
    {
        // Control chunks come before DATA (RFC 9260 §6.10); usrsctp 0.9.5 aborts otherwise.
        var hasForward = WriteForward(ref writer, now);
        var hasData = false;
        if (_burstLeft > 0)
        {
            HandleIdle(now);
            hasData = WriteLost(ref writer, now);
            hasData |= WriteWaiting(ref writer, now);
        }

        if (hasData)
        {
            _burstLeft--;
            _isFastPacketDue = false;
            _lastSentAt = now;
        }

        // Looking for data gives messages up. With data on board that is told in the next packet.
        hasForward |= !hasData && WriteForward(ref writer, now);
        if (!Outstanding.IsEmpty && !RetransmitAt.IsSet)
        {
            RetransmitAt = now + Timeout.Value;
        }

        return hasData || hasForward;
    }

    private void HandleOutcome(
        in SackOutcome outcome,
        int flightBytes,
        long cumulative,
        Instant now
    )
    {
        if (outcome.RoundTrip > TimeSpan.Zero)
        {
            Timeout.HandleRoundTrip(outcome.RoundTrip);
        }

        _congestion.HandleSack(outcome, flightBytes, cumulative);
        if (outcome.HasLoss)
        {
            _counters.Value.FastRetransmits++;
            _congestion.HandleLoss(Outstanding.LastAssigned);
            _isFastPacketDue = true;
        }

        if (outcome.IsCumulativeAdvanced)
        {
            Timeout.HandleAnswer();
            RetransmitAt = Outstanding.IsEmpty ? Instant.Never : now + Timeout.Value;
        }

        // Again only after a round trip without effect: each FORWARD TSN is answered by a SACK at once, and
        // to answer that at once again would never end.
        _isForwardDue =
            Outstanding.AbandonedUpTo > Outstanding.CumulativeAcked
            && now - _forwardSentAt > Timeout.RoundTrip * 1.5;
        _burstLeft = BurstPackets;
    }

    /// <summary>A probe that the peer had no room for is sent again as soon as it has: to wait for the
    /// timeout, long by then, would stall it.</summary>
    private void HandleProbe()
    {
        if (_probeTsn <= Outstanding.CumulativeAcked)
        {
            _probeTsn = 0;
            return;
        }

        if (_probeTsn != 0 && _advertisedBytes >= Outstanding[_probeTsn].Length)
        {
            Outstanding.MarkLostIfInFlight(_probeTsn);
            _probeTsn = 0;
        }
    }

    private void HandleIdle(Instant now)
    {
        if (
            _lastSentAt.IsSet
            && Outstanding.IsEmpty
            && Queue.WaitingCount > 0
            && now - _lastSentAt > Timeout.Value
        )
        {
            _congestion.HandleIdle((now - _lastSentAt).Ticks / Timeout.Value.Ticks);
            _lastSentAt = now;
        }
    }

    private bool WriteLost(ref SctpPacketWriter writer, Instant now)
    {
        var hasData = false;
        while (Outstanding.TryPeekLost(now, out var tsn) && IsFlightAllowed)
        {
            if (!TryWrite(ref writer, tsn))
            {
                break;
            }

            hasData = true;
            Outstanding.MarkSent(tsn, now);
            _counters.Value.ChunksRetransmitted++;
            if (tsn == Outstanding.CumulativeAcked + 1)
            {
                RetransmitAt = now + Timeout.Value;
            }
        }

        return hasData;
    }

    private bool WriteWaiting(ref SctpPacketWriter writer, Instant now)
    {
        var hasData = false;
        while (!Outstanding.HasLost && !Outstanding.IsFull && Queue.Peek(now) is { } message)
        {
            if (message.SentBytes > 0 && Queue.MayAbandon && message.IsExpired(now))
            {
                Outstanding.Abandon(message);
                continue;
            }

            var length = CutNext(message, writer.FreeBytes - SctpData.OverheadBytes);
            if (length == 0 || !IsFlightAllowed || length > AllowedBytes(length))
            {
                break;
            }

            var isProbe = length > _advertisedBytes;
            var tsn = Outstanding.Add(message, length, now);
            _probeTsn = isProbe ? tsn : _probeTsn;
            TryWrite(ref writer, tsn);
            hasData = true;
        }

        return hasData;
    }

    /// <summary>The peer's room, or as much as is asked when nothing is on its way.</summary>
    private long AllowedBytes(int length) => Outstanding.FlightBytes == 0 ? length : PeerFreeBytes;

    /// <summary>How many bytes of a message go into so much room; 0 when it is better to wait for the next
    /// packet.</summary>
    private int CutNext(OutgoingMessage message, int room)
    {
        var rest = message.Length - message.SentBytes;
        if (rest <= room)
        {
            return rest;
        }

        // A message that fits a packet of its own is not cut, and no small pieces are made of longer ones.
        return rest <= _payloadBytesMax || room < _payloadBytesMax / 2 ? 0 : room;
    }

    private bool TryWrite(ref SctpPacketWriter writer, long tsn)
    {
        ref var chunk = ref Outstanding[tsn];
        var message = chunk.Message!;
        var flags = message.Terms.IsUnordered ? SctpData.UnorderedFlag : 0;
        flags |= chunk.Offset == 0 ? SctpData.BeginFlag : 0;
        flags |= chunk.Offset + chunk.Length == message.Length ? SctpData.EndFlag : 0;
        var header = new SctpDataHeader(
            Tsn.Wire(tsn),
            message.Stream!.Id,
            message.Terms.IsUnordered ? (ushort)0 : message.Sequence,
            (uint)message.Terms.Protocol,
            (byte)flags
        );
        return writer.TryAddData(header, message.Buffer.AsSpan(chunk.Offset, chunk.Length));
    }

    private bool WriteForward(ref SctpPacketWriter writer, Instant now)
    {
        if (!_isForwardDue && Outstanding.AbandonedUpTo <= _forwardSent)
        {
            return false;
        }

        Span<SctpSkippedStream> streams = stackalloc SctpSkippedStream[SkippedStreamsMax];
        var tsn = Outstanding.ListSkipped(streams, out var count);
        if (tsn <= Outstanding.CumulativeAcked)
        {
            _isForwardDue = false;
            return false;
        }

        if (!writer.TryAddForwardTsn(Tsn.Wire(tsn), streams[..count]))
        {
            return false;
        }

        _forwardSent = tsn;
        _forwardSentAt = now;
        _isForwardDue = false;
        return true;
    }
}
