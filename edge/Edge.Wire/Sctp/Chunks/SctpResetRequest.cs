using System.Buffers.Binary;

namespace Edge.Wire.Sctp.Chunks;

/// <summary>A view of a request to reset streams, outgoing or incoming ones of its sender.</summary>
/// <remarks>
/// RFC 6525 §4.1, type 13; §4.2, type 14, lacks the second and the third field:
/// <code>
/// |           Re-configuration Request Sequence Number            |
/// |           Re-configuration Response Sequence Number           |
/// |                Sender's Last Assigned TSN                     |
/// |  Stream Number 1 (optional)   |    Stream Number 2 (optional) |
/// </code>
/// </remarks>
public readonly ref struct SctpResetRequest
{
    internal const int OutgoingFieldBytes = 12;
    internal const int IncomingFieldBytes = 4;
    internal const int StreamBytes = 2;

    private readonly ReadOnlySpan<byte> _value;
    private readonly int _streamsOffset;

    private SctpResetRequest(ReadOnlySpan<byte> value, int streamsOffset)
    {
        _value = value;
        _streamsOffset = streamsOffset;
    }

    /// <summary>The request's own number.</summary>
    public uint RequestSequence => BinaryPrimitives.ReadUInt32BigEndian(_value);

    /// <summary>Everything up to this TSN comes before the reset; 0 in an incoming request.</summary>
    public uint LastTsn =>
        _streamsOffset == OutgoingFieldBytes
            ? BinaryPrimitives.ReadUInt32BigEndian(_value[8..])
            : 0;

    /// <summary>How many streams are listed; 0 means all.</summary>
    public int StreamCount => (_value.Length - _streamsOffset) / StreamBytes;

    /// <summary>A listed stream; the index has to be below <see cref="StreamCount"/>.</summary>
    public ushort StreamId(int index) =>
        BinaryPrimitives.ReadUInt16BigEndian(_value[(_streamsOffset + (index * StreamBytes))..]);

    /// <summary>Makes a view of a parameter whose type is one of the two reset requests.</summary>
    public static SctpParseError TryParse(
        SctpParameterType type,
        ReadOnlySpan<byte> value,
        out SctpResetRequest request
    )
    {
        var offset =
            type == SctpParameterType.OutgoingResetRequest
                ? OutgoingFieldBytes
                : IncomingFieldBytes;
        request = new(value, offset);
        return value.Length < offset ? SctpParseError.ParameterLength : SctpParseError.None;
    }
}
