using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>A view of transport-wide feedback, walked as one status for each packet.</summary>
/// <remarks>
/// Bounded: at most 65535 statuses, which nine run-length chunks (18 bytes) can claim; a caller that
/// knows what it sent stops early. Parsing checks every chunk and that all deltas are there, so the
/// walk cannot fail.
/// Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1. Owner: borrows the block's bytes.
/// </remarks>
public ref struct TransportFeedback
{
    private readonly int _statusCount;
    private ReadOnlySpan<byte> _chunks;
    private ReadOnlySpan<byte> _deltas;
    private ushort _chunk;
    private int _chunkIndex;
    private int _chunkCount;
    private int _walked;
    private long _arrivalDeltas;

    private TransportFeedback(RtcpBlock block, ReadOnlySpan<byte> chunks, ReadOnlySpan<byte> deltas)
    {
        var control = block.FeedbackControl;
        Sender = block.Sender;
        Media = block.Media;
        BaseSequence = new SequenceNumber(BinaryPrimitives.ReadUInt16BigEndian(control));
        _statusCount = BinaryPrimitives.ReadUInt16BigEndian(control[2..]);

        // The shift brings the sign of the 24 bits to the top and the feedback count out.
        ReferenceTime = BinaryPrimitives.ReadInt32BigEndian(control[4..]) >> 8;
        FeedbackCount = control[7];
        _arrivalDeltas = ReferenceTime * TransportFeedbackFormat.DeltasPerReference;
        _chunks = chunks;
        _deltas = deltas;
    }

    /// <summary>Who received.</summary>
    public Ssrc Sender { get; }

    /// <summary>A source of the packets; they may be of several.</summary>
    public Ssrc Media { get; }

    /// <summary>The number of the first status.</summary>
    public SequenceNumber BaseSequence { get; }

    /// <summary>How many packets it tells about.</summary>
    public readonly int StatusCount => _statusCount;

    /// <summary>Reference time, signed, in units of 64 ms.</summary>
    public int ReferenceTime { get; }

    /// <summary>Counts feedback blocks, so that a lost one shows.</summary>
    public byte FeedbackCount { get; }

    /// <summary>The status found last.</summary>
    public TransportFeedbackStatus Current { get; private set; }

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P| FMT=15  |    PT = 205   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                         SSRC of sender                        |
    // +---------------------------------------------------------------+
    // |                      SSRC of media source                     |
    // +-------------------------------+-------------------------------+
    // |     base sequence number      |      packet status count      |
    // +-------------------------------+---------------+---------------+
    // |        reference time (64 ms, signed)         | feedback count|
    // +-------------------------------+---------------+---------------+
    // |         chunk                 |         chunk ...             |
    // +-------------------------------+-------------------------------+
    // |  deltas (250 us): 8 bits for a small one, 16 for a large one  |
    // +---------------------------------------------------------------+
    //
    // Chunks:  0 S S n n n n n n n n n n n n n   run of n symbols S
    //          1 0 s s s s s s s s s s s s s s   14 symbols of one bit
    //          1 1 S S S S S S S S S S S S S S   7 symbols of two bits
    // Symbols: 0 lost, 1 small delta, 2 large or negative delta, 3 reserved

    /// <summary>Reads feedback and checks all of it.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out TransportFeedback feedback)
    {
        feedback = default;
        if (block.Kind != RtcpKind.TransportFeedback)
        {
            return RtcpParseError.WrongKind;
        }

        if (block.Body.Length < 2 * RtcpHeader.SsrcBytes + TransportFeedbackFormat.FixedBytes)
        {
            return RtcpParseError.TruncatedBody;
        }

        var rest = block.FeedbackControl[TransportFeedbackFormat.FixedBytes..];
        var error = MeasureChunks(
            rest,
            BinaryPrimitives.ReadUInt16BigEndian(block.FeedbackControl[2..]),
            out var chunkBytes,
            out var deltaBytes
        );
        if (error != RtcpParseError.None)
        {
            return error;
        }

        if (rest.Length < chunkBytes + deltaBytes)
        {
            return RtcpParseError.TruncatedEntries;
        }

        feedback = new TransportFeedback(
            block,
            rest[..chunkBytes],
            rest.Slice(chunkBytes, deltaBytes)
        );
        return RtcpParseError.None;
    }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly TransportFeedback GetEnumerator() => this;

    /// <summary>Goes to the next status.</summary>
    [HotPath]
    public bool MoveNext()
    {
        if (_walked == _statusCount)
        {
            return false;
        }

        // A loop, because a run may have no length.
        while (_chunkIndex == _chunkCount)
        {
            _chunk = BinaryPrimitives.ReadUInt16BigEndian(_chunks);
            _chunks = _chunks[TransportFeedbackFormat.ChunkBytes..];
            _chunkCount = TransportFeedbackFormat.SymbolCount(_chunk);
            _chunkIndex = 0;
        }

        var symbol = TransportFeedbackFormat.Symbol(_chunk, _chunkIndex++);
        if (symbol == TransportFeedbackFormat.SmallDelta)
        {
            _arrivalDeltas += _deltas[0];
        }
        else if (symbol == TransportFeedbackFormat.LargeDelta)
        {
            _arrivalDeltas += BinaryPrimitives.ReadInt16BigEndian(_deltas);
        }

        _deltas = _deltas[TransportFeedbackFormat.DeltaBytes(symbol)..];
        Current = new TransportFeedbackStatus(
            BaseSequence + _walked,
            symbol != TransportFeedbackFormat.Lost,
            new TimeSpan(_arrivalDeltas * TransportFeedbackFormat.DeltaTicks)
        );
        _walked++;
        return true;
    }

    private static RtcpParseError MeasureChunks(
        ReadOnlySpan<byte> rest,
        int statusCount,
        out int chunkBytes,
        out int deltaBytes
    )
    {
        chunkBytes = 0;
        deltaBytes = 0;
        while (statusCount > 0)
        {
            if (rest.Length < chunkBytes + TransportFeedbackFormat.ChunkBytes)
            {
                return RtcpParseError.TruncatedEntries;
            }

            var chunk = BinaryPrimitives.ReadUInt16BigEndian(rest[chunkBytes..]);
            chunkBytes += TransportFeedbackFormat.ChunkBytes;
            var count = Math.Min(statusCount, TransportFeedbackFormat.SymbolCount(chunk));
            var bytes = DeltaBytesOf(chunk, count);
            if (bytes < 0)
            {
                return RtcpParseError.ReservedValue;
            }

            deltaBytes += bytes;
            statusCount -= count;
        }

        return RtcpParseError.None;
    }

    /// <summary>The bytes of all deltas that go with a chunk's first statuses; -1 when one of them is reserved.</summary>
    /// <remarks>A run is counted at once: it may claim thousands of statuses in two bytes.</remarks>
    private static int DeltaBytesOf(ushort chunk, int count)
    {
        if ((chunk & TransportFeedbackFormat.VectorBit) == 0)
        {
            var symbol = TransportFeedbackFormat.Symbol(chunk, 0);
            return symbol == TransportFeedbackFormat.Reserved && count > 0
                ? -1
                : count * TransportFeedbackFormat.DeltaBytes(symbol);
        }

        var bytes = 0;
        for (var index = 0; index < count; index++)
        {
            var symbol = TransportFeedbackFormat.Symbol(chunk, index);
            if (symbol == TransportFeedbackFormat.Reserved)
            {
                return -1;
            }

            bytes += TransportFeedbackFormat.DeltaBytes(symbol);
        }

        return bytes;
    }
}
