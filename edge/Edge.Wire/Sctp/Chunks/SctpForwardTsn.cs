using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Sctp.Chunks;

/// <summary>A view of a FORWARD TSN chunk: data up to a TSN will not be sent again.</summary>
/// <remarks>
/// RFC 3758 §3.2:
/// <code>
/// |   Type = 192  |  Flags = 0x00 |        Length = Variable      |
/// |                      New Cumulative TSN                       |
/// |         Stream-1              |       Stream Sequence-1       |
/// </code>
/// </remarks>
public readonly ref struct SctpForwardTsn
{
    internal const int FieldBytes = 4;
    internal const int StreamBytes = 4;

    private readonly ReadOnlySpan<byte> _value;

    private SctpForwardTsn(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>The TSN up to which the receiver goes on as if it had everything.</summary>
    public uint CumulativeTsn => BinaryPrimitives.ReadUInt32BigEndian(_value);

    /// <summary>How many ordered streams are listed.</summary>
    public int StreamCount => (_value.Length - FieldBytes) / StreamBytes;

    /// <summary>A listed stream; the index has to be below <see cref="StreamCount"/>.</summary>
    public SctpSkippedStream Stream(int index)
    {
        var entry = _value[(FieldBytes + (index * StreamBytes))..];
        return new(
            BinaryPrimitives.ReadUInt16BigEndian(entry),
            BinaryPrimitives.ReadUInt16BigEndian(entry[2..])
        );
    }

    /// <summary>Makes a view of a chunk whose type is FORWARD TSN.</summary>
    [HotPath]
    public static SctpParseError TryParse(SctpChunk chunk, out SctpForwardTsn forward)
    {
        forward = new(chunk.Value);
        return chunk.Value.Length < FieldBytes ? SctpParseError.ChunkLength : SctpParseError.None;
    }
}
