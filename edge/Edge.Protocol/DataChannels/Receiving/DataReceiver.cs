using Edge.Primitives;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>Takes DATA chunks in, acknowledges them, and hands whole messages on in order.</summary>
/// <remarks>
/// Bounded: everything held counts its bytes and a price each in one buffer, whose free part is what the
/// peer is told. A peer that keeps sending is refused; only the chunk that everything waits for may
/// exceed the buffer, by at most two messages. Source: RFC 9260 §6.2, RFC 3758 §3.6.
/// </remarks>
internal sealed partial class DataReceiver
{
    /// <summary>What each piece and each message counts beside its bytes. Chosen: its places in the tables
    /// and the rounding up of small arrays.</summary>
    public const int CostBytes = 96;

    /// <summary>Items not taken yet beyond which nothing optional is accepted. Chosen: two resets of every
    /// channel.</summary>
    private const int ItemsMax = 2048;

    /// <summary>Gap blocks in one SACK. Chosen: more losses than a window that shrinks by them leaves.</summary>
    private const int GapBlocksMax = 64;

    private const int DuplicatesMax = 16;

    private readonly DataChannelTransportOptions _options;
    private readonly MessagePool _pool;
    private readonly DataChannelCounters _counters;
    private readonly ReceivedTsns _tsns = new();
    private readonly Reassembly _reassembly;
    private readonly StreamOrder _order;
    private readonly Queue<ReceivedItem> _items = new();
    private readonly uint[] _duplicates = new uint[DuplicatesMax];
    private int _duplicateCount;
    private int _usedBytes;
    private int _readyBytes;
    private int _advertisedBytes;
    private int _packetsToAck;
    private bool _isPacketToAck;
    private bool _isSackUrgent;

    /// <summary>Makes a receiver that waits for <see cref="Start"/>.</summary>
    public DataReceiver(
        DataChannelTransportOptions options,
        MessagePool pool,
        DataChannelCounters counters
    )
    {
        _options = options;
        _pool = pool;
        _counters = counters;
        _reassembly = new(pool);
        _order = new(options.ChannelsMax + 64, this);
        _advertisedBytes = options.ReceiveBufferBytes;
    }

    /// <summary>When a delayed acknowledgement is due: set by data, cleared by a SACK.</summary>
    public Instant SackAt { get; private set; } = Instant.Never;

    /// <summary>Whether a SACK has to go out now.</summary>
    public bool IsSackDue { get; private set; }

    /// <summary>Whether a SACK could be sent along.</summary>
    public bool IsSackPending => IsSackDue || SackAt.IsSet;

    /// <summary>Everything up to this TSN is here.</summary>
    public uint CumulativeTsn => Tsn.Wire(_tsns.Cumulative);

    /// <summary>What the buffer holds, prices included.</summary>
    public int UsedBytes => _usedBytes;

    /// <summary>Whether so many more items would be too many.</summary>
    public bool IsCrowded(int count) => _items.Count + count > ItemsMax;

    /// <summary>Begins an association.</summary>
    public void Start(uint peerInitialTsn)
    {
        DropIncomplete();
        _tsns.Start(Tsn.Start(peerInitialTsn));
        _duplicateCount = 0;
        _packetsToAck = 0;
        _isPacketToAck = false;
        _isSackUrgent = false;
        IsSackDue = false;
        SackAt = Instant.Never;
    }

    /// <summary>Lets go of everything that is not ready to be taken.</summary>
    public void DropIncomplete()
    {
        _usedBytes -= _reassembly.DropUpTo(long.MaxValue - 1, out var count) + (count * CostBytes);
        _order.ResetAll();
    }

    /// <summary>Takes a DATA chunk.</summary>
    [HotPath]
    public DataVerdict HandleData(in SctpData data)
    {
        _isPacketToAck = true;
        var tsn = Tsn.Extend(data.Tsn, _tsns.Cumulative);
        if (_tsns.Contains(tsn))
        {
            NoteDuplicate(data.Tsn);
            return DataVerdict.Duplicate;
        }

        var cost = data.Payload.Length + CostBytes;
        if (_tsns.IsBeyond(tsn) || !HasRoom(tsn, cost))
        {
            _isSackUrgent = true;
            _counters.Value.ChunksRefused++;
            return _usedBytes > HardBytesMax ? DataVerdict.OutOfResources : DataVerdict.Refused;
        }

        _tsns.Mark(tsn);
        _isSackUrgent |= data.IsImmediate || _tsns.HasGap;
        _usedBytes += cost;
        return data.IsBegin && data.IsEnd ? TakeWhole(tsn, data, cost) : TakePiece(tsn, data);
    }

    /// <summary>Takes a FORWARD TSN.</summary>
    public void HandleForwardTsn(in SctpForwardTsn forward)
    {
        _isPacketToAck = true;
        _isSackUrgent = true;
        var cumulative = Tsn.Extend(forward.CumulativeTsn, _tsns.Cumulative);
        if (cumulative <= _tsns.Cumulative)
        {
            return;
        }

        _tsns.SkipTo(cumulative);
        _usedBytes -= _reassembly.DropUpTo(cumulative, out var count) + (count * CostBytes);
        DropBroken();
        for (var index = 0; index < forward.StreamCount; index++)
        {
            var skipped = forward.Stream(index);
            _order.Skip(skipped.StreamId, skipped.StreamSequence);
        }
    }

    /// <summary>All chunks of a packet were handled: decides when to acknowledge (RFC 9260 §6.2).</summary>
    public void EndPacket(Instant now)
    {
        if (!_isPacketToAck)
        {
            return;
        }

        _isPacketToAck = false;
        _packetsToAck++;
        if (_packetsToAck >= 2 || _isSackUrgent)
        {
            IsSackDue = true;
            return;
        }

        SackAt = Instant.Min(SackAt, now + _options.SackDelay);
    }

    /// <summary>Makes a delayed acknowledgement due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (SackAt <= now)
        {
            AcknowledgeNow();
        }
    }

    /// <summary>Makes an acknowledgement due.</summary>
    public void AcknowledgeNow()
    {
        SackAt = Instant.Never;
        IsSackDue = true;
    }

    /// <summary>Adds a SACK to a packet.</summary>
    [HotPath]
    public bool WriteSack(ref SctpPacketWriter writer)
    {
        Span<SctpGapBlock> gaps = stackalloc SctpGapBlock[GapBlocksMax];
        var count = _tsns.HasGap ? _tsns.WriteGaps(gaps) : 0;
        var window = FreeBytes;
        var isAdded = writer.TryAddSack(
            CumulativeTsn,
            (uint)window,
            gaps[..count],
            _duplicates.AsSpan(0, _duplicateCount)
        );
        if (isAdded)
        {
            _advertisedBytes = window;
            _duplicateCount = 0;
            _packetsToAck = 0;
            _isSackUrgent = false;
            IsSackDue = false;
            SackAt = Instant.Never;
        }

        return isAdded;
    }

    /// <summary>Puts an item in line that is not a message.</summary>
    public void Enqueue(in ReceivedItem item) => _items.Enqueue(item);

    /// <summary>Takes the next item; the caller returns a message's bytes to the pool.</summary>
    [HotPath]
    public bool TryDequeue(out ReceivedItem item)
    {
        if (!_items.TryDequeue(out item))
        {
            return false;
        }

        _usedBytes -= item.CostBytes;
        _readyBytes -= item.CostBytes;
        UpdateWindow();
        return true;
    }

    /// <summary>The peer started a stream over (RFC 6525 §5.2.2).</summary>
    public void ResetStream(ushort streamId)
    {
        _order.Reset(streamId);
        _items.Enqueue(new() { Kind = ReceivedItemKind.IncomingReset, StreamId = streamId });
    }

    /// <summary>The peer started all its streams over.</summary>
    public void ResetAllStreams()
    {
        _order.ResetAll();
        _items.Enqueue(new() { Kind = ReceivedItemKind.IncomingResetOfAll });
    }

    /// <summary>Whether everything up to a TSN is here.</summary>
    public bool HasAllUpTo(uint tsn) => Tsn.Extend(tsn, _tsns.Cumulative) <= _tsns.Cumulative;

    /// <summary>Hands a message on: <see cref="StreamOrder"/> found its place.</summary>
    internal void Deliver(in ReceivedItem item)
    {
        _counters.Value.MessagesReceived++;
        _readyBytes += item.CostBytes;
        _items.Enqueue(item);
    }

    /// <summary>Throws a message away.</summary>
    internal void Discard(in ReceivedItem item)
    {
        _counters.Value.MessagesDiscarded++;
        _usedBytes -= item.CostBytes;
        _pool.Return(item.Buffer!);
    }

    /// <summary>A peer that keeps to its window never gets here: a full buffer, and the message that all
    /// waits for with the price of its pieces.</summary>
    private int HardBytesMax => _options.ReceiveBufferBytes + (2 * _options.MessageBytesMax);

    /// <summary>What the peer is told. Less than two packets counts as nothing, so that no small pieces are
    /// sent (RFC 1122 §4.2.3.3) and what is sent fits with its price.</summary>
    private int FreeBytes
    {
        get
        {
            var free = _options.ReceiveBufferBytes - _usedBytes;
            return free < 2 * _options.PacketBytesMax ? 0 : free;
        }
    }

    /// <summary>Whether a chunk may be kept. What is ready makes room when it is taken; when nothing is,
    /// the one chunk that all others wait for has to be let in.</summary>
    private bool HasRoom(long tsn, int cost) =>
        _usedBytes + cost <= _options.ReceiveBufferBytes
        || (_readyBytes == 0 && tsn == _tsns.Cumulative + 1 && _usedBytes <= HardBytesMax);

    private DataVerdict TakeWhole(long tsn, in SctpData data, int cost)
    {
        if (data.Payload.Length > _options.MessageBytesMax)
        {
            return DataVerdict.TooLong;
        }

        var item = new ReceivedItem
        {
            Kind = ReceivedItemKind.Message,
            StreamId = data.StreamId,
            Sequence = data.StreamSequence,
            Protocol = data.PayloadProtocol,
            Buffer = _pool.Rent(data.Payload.Length),
            Length = data.Payload.Length,
            CostBytes = cost,
        };
        data.Payload.CopyTo(item.Buffer);
        if (_reassembly.Count > 0 && _reassembly.Holds(tsn - 1))
        {
            // The message before it ends without an end.
            DropBroken();
        }

        HandOn(item, data.IsUnordered);
        return DataVerdict.Taken;
    }

    private DataVerdict TakePiece(long tsn, in SctpData data)
    {
        var run = _reassembly.Add(tsn, data);
        if (run.Bytes > _options.MessageBytesMax)
        {
            return DataVerdict.TooLong;
        }

        if (run.IsWhole)
        {
            var item = _reassembly.Take(run);
            item.CostBytes = item.Length + CostBytes;
            _usedBytes -= (run.Count - 1) * CostBytes;
            HandOn(item, data.IsUnordered);
        }
        else if (run.First <= _tsns.Cumulative && IsBroken(run, tsn, data))
        {
            DropBroken();
        }

        return DataVerdict.Taken;
    }

    /// <summary>Whether a run that just changed may belong to nothing: it has no beginning although all before
    /// it is here, or what was before it has no end.</summary>
    private bool IsBroken(in FragmentRun run, long tsn, in SctpData data) =>
        (run.First == tsn && !data.IsBegin) || (data.IsBegin && _reassembly.Holds(tsn - 1));

    private void DropBroken() =>
        _usedBytes -= _reassembly.DropBroken(_tsns.Cumulative, out var count) + (count * CostBytes);

    private void HandOn(in ReceivedItem item, bool isUnordered)
    {
        if (isUnordered)
        {
            Deliver(item);
        }
        else
        {
            _order.Handle(item);
        }
    }

    private void NoteDuplicate(uint tsn)
    {
        _counters.Value.ChunksDuplicate++;
        _isSackUrgent = true;
        if (_duplicateCount < DuplicatesMax)
        {
            _duplicates[_duplicateCount++] = tsn;
        }
    }

    /// <summary>Tells a peer that waits, or soon will, that there is room again.</summary>
    private void UpdateWindow()
    {
        var buffer = _options.ReceiveBufferBytes;
        if (_advertisedBytes < buffer / 2 && FreeBytes >= _advertisedBytes + (buffer / 4))
        {
            AcknowledgeNow();
        }
    }
}
