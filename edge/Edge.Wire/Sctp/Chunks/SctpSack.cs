using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Sctp.Chunks;

/// <summary>A view of a SACK chunk.</summary>
/// <remarks>
/// RFC 9260 §3.3.4:
/// <code>
/// |   Type = 3    |  Chunk Flags  |         Chunk Length          |
/// |                      Cumulative TSN Ack                       |
/// |          Advertised Receiver Window Credit (a_rwnd)           |
/// | Number of Gap Ack Blocks = N  |  Number of Duplicate TSNs = M |
/// |    Gap Ack Block #1 Start     |     Gap Ack Block #1 End      |
/// |                        Duplicate TSN 1                        |
/// </code>
/// </remarks>
public readonly ref struct SctpSack
{
    internal const int FieldBytes = 12;
    internal const int GapBytes = 4;
    internal const int DuplicateBytes = 4;

    private readonly ReadOnlySpan<byte> _value;

    private SctpSack(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>Everything up to this TSN was received.</summary>
    public uint CumulativeTsn => BinaryPrimitives.ReadUInt32BigEndian(_value);

    /// <summary>Bytes that the sender of the SACK has room for.</summary>
    public uint AdvertisedWindow => BinaryPrimitives.ReadUInt32BigEndian(_value[4..]);

    /// <summary>How many gap blocks follow.</summary>
    public int GapCount => BinaryPrimitives.ReadUInt16BigEndian(_value[8..]);

    /// <summary>How many TSNs were received more than once since the last SACK.</summary>
    public int DuplicateCount => BinaryPrimitives.ReadUInt16BigEndian(_value[10..]);

    /// <summary>A gap block; the index has to be below <see cref="GapCount"/>.</summary>
    public SctpGapBlock Gap(int index)
    {
        var block = _value[(FieldBytes + (index * GapBytes))..];
        return new(
            BinaryPrimitives.ReadUInt16BigEndian(block),
            BinaryPrimitives.ReadUInt16BigEndian(block[2..])
        );
    }

    /// <summary>A duplicate TSN; the index has to be below <see cref="DuplicateCount"/>.</summary>
    public uint Duplicate(int index) =>
        BinaryPrimitives.ReadUInt32BigEndian(
            _value[(FieldBytes + (GapCount * GapBytes) + (index * DuplicateBytes))..]
        );

    /// <summary>Makes a view of a chunk whose type is SACK.</summary>
    [HotPath]
    public static SctpParseError TryParse(SctpChunk chunk, out SctpSack sack)
    {
        sack = new(chunk.Value);
        if (chunk.Value.Length < FieldBytes)
        {
            return SctpParseError.ChunkLength;
        }

        var needed =
            FieldBytes + (sack.GapCount * GapBytes) + (sack.DuplicateCount * DuplicateBytes);
        return chunk.Value.Length < needed ? SctpParseError.ChunkLength : SctpParseError.None;
    }
}
