using System.Buffers.Binary;

namespace Edge.Wire.Sctp.Chunks;

/// <summary>A view of an INIT or INIT ACK chunk.</summary>
/// <remarks>
/// RFC 9260 §3.3.2:
/// <code>
/// |   Type = 1    |  Chunk Flags  |         Chunk Length          |
/// |                         Initiate Tag                          |
/// |          Advertised Receiver Window Credit (a_rwnd)           |
/// |  Number of Outbound Streams   |   Number of Inbound Streams   |
/// |                          Initial TSN                          |
/// \              Optional/Variable-Length Parameters              /
/// </code>
/// </remarks>
public readonly ref struct SctpInit
{
    /// <summary>Smallest window that an endpoint may advertise here (RFC 9260 §3.3.2).</summary>
    public const uint WindowMin = 1500;

    internal const int FieldBytes = 16;

    private readonly ReadOnlySpan<byte> _value;

    private SctpInit(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>The tag that packets to the sender have to carry; never 0.</summary>
    public uint InitiateTag => BinaryPrimitives.ReadUInt32BigEndian(_value);

    /// <summary>Bytes that the sender has room for.</summary>
    public uint AdvertisedWindow => BinaryPrimitives.ReadUInt32BigEndian(_value[4..]);

    /// <summary>Streams that the sender wants to send on; never 0.</summary>
    public ushort OutboundStreams => BinaryPrimitives.ReadUInt16BigEndian(_value[8..]);

    /// <summary>Streams that the sender takes at most; never 0.</summary>
    public ushort InboundStreams => BinaryPrimitives.ReadUInt16BigEndian(_value[10..]);

    /// <summary>The TSN of the sender's first DATA.</summary>
    public uint InitialTsn => BinaryPrimitives.ReadUInt32BigEndian(_value[12..]);

    /// <summary>Walks the parameters, which are well framed.</summary>
    public SctpParameterEnumerator Parameters => new(_value[FieldBytes..]);

    /// <summary>Makes a view of a chunk whose type is INIT or INIT ACK.</summary>
    /// <remarks>Errors: an INIT ACK without a state cookie is refused too (RFC 9260 §3.3.3.1).</remarks>
    public static SctpParseError TryParse(SctpChunk chunk, out SctpInit init)
    {
        init = new(chunk.Value);
        if (chunk.Value.Length < FieldBytes)
        {
            return SctpParseError.ChunkLength;
        }

        if (
            init.InitiateTag == 0
            || init.OutboundStreams == 0
            || init.InboundStreams == 0
            || init.AdvertisedWindow < WindowMin
        )
        {
            return SctpParseError.FieldValue;
        }

        var error = SctpParameterEnumerator.Check(chunk.Value[FieldBytes..]);
        if (error != SctpParseError.None || chunk.Type != SctpChunkType.InitAck)
        {
            return error;
        }

        return init.TryFind(SctpParameterType.StateCookie, out _)
            ? SctpParseError.None
            : SctpParseError.ParameterMissing;
    }

    /// <summary>Finds the value of the first parameter of a type.</summary>
    public bool TryFind(SctpParameterType type, out ReadOnlySpan<byte> value)
    {
        var parameters = Parameters;
        while (parameters.MoveNext())
        {
            if (parameters.Type == type)
            {
                value = parameters.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether the sender lists a chunk type among its extensions.</summary>
    public bool Supports(SctpChunkType type) =>
        TryFind(SctpParameterType.SupportedExtensions, out var types) && types.Contains((byte)type);
}
