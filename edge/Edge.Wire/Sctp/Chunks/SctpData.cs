using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Sctp.Chunks;

/// <summary>A view of a DATA chunk: one fragment of a message, or a whole one.</summary>
/// <remarks>
/// RFC 9260 §3.3.1:
/// <code>
/// |   Type = 0    |  Res  |I|U|B|E|           Length              |
/// |                              TSN                              |
/// |      Stream Identifier S      |   Stream Sequence Number n    |
/// |                  Payload Protocol Identifier                  |
/// \                 User Data (seq n of Stream S)                 /
/// </code>
/// </remarks>
public readonly ref struct SctpData
{
    /// <summary>Length of everything before the user data, the chunk's header included.</summary>
    public const int OverheadBytes = SctpChunk.HeaderBytes + FieldBytes;

    /// <summary>Flag E: the last fragment.</summary>
    public const byte EndFlag = 0x01;

    /// <summary>Flag B: the first fragment.</summary>
    public const byte BeginFlag = 0x02;

    /// <summary>Flag U: delivered as it comes.</summary>
    public const byte UnorderedFlag = 0x04;

    /// <summary>Flag I: to be acknowledged at once (RFC 7053).</summary>
    public const byte ImmediateFlag = 0x08;

    internal const int FieldBytes = 12;

    private readonly SctpChunk _chunk;

    private SctpData(SctpChunk chunk) => _chunk = chunk;

    /// <summary>The transmission sequence number.</summary>
    public uint Tsn => BinaryPrimitives.ReadUInt32BigEndian(_chunk.Value);

    /// <summary>The stream.</summary>
    public ushort StreamId => BinaryPrimitives.ReadUInt16BigEndian(_chunk.Value[4..]);

    /// <summary>The message's place in its stream; without meaning when unordered.</summary>
    public ushort StreamSequence => BinaryPrimitives.ReadUInt16BigEndian(_chunk.Value[6..]);

    /// <summary>What the upper layer says the bytes are.</summary>
    public uint PayloadProtocol => BinaryPrimitives.ReadUInt32BigEndian(_chunk.Value[8..]);

    /// <summary>The user data, at least one byte.</summary>
    public ReadOnlySpan<byte> Payload => _chunk.Value[FieldBytes..];

    /// <summary>The flags B, E, U and I.</summary>
    public byte Flags => _chunk.Flags;

    /// <summary>Whether the message begins here.</summary>
    public bool IsBegin => (_chunk.Flags & BeginFlag) != 0;

    /// <summary>Whether the message ends here.</summary>
    public bool IsEnd => (_chunk.Flags & EndFlag) != 0;

    /// <summary>Whether the message has no place in an order.</summary>
    public bool IsUnordered => (_chunk.Flags & UnorderedFlag) != 0;

    /// <summary>Whether its sender wants it acknowledged at once.</summary>
    public bool IsImmediate => (_chunk.Flags & ImmediateFlag) != 0;

    /// <summary>Makes a view of a chunk whose type is DATA.</summary>
    [HotPath]
    public static SctpParseError TryParse(SctpChunk chunk, out SctpData data)
    {
        data = new(chunk);
        if (chunk.Value.Length < FieldBytes)
        {
            return SctpParseError.ChunkLength;
        }

        return chunk.Value.Length == FieldBytes ? SctpParseError.NoUserData : SctpParseError.None;
    }
}
