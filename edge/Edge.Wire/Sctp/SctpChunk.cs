namespace Edge.Wire.Sctp;

/// <summary>One chunk of a packet: its type, its flags and what follows.</summary>
/// <remarks>
/// RFC 9260 §3.2:
/// <code>
/// |   Chunk Type  |  Chunk Flags  |         Chunk Length          |
/// \                          Chunk Value                          /
/// </code>
/// Owner: borrows the packet.
/// </remarks>
public readonly ref struct SctpChunk
{
    /// <summary>Length of a chunk's header.</summary>
    public const int HeaderBytes = 4;

    private const byte ReportBit = 0x40;
    private const byte SkipBit = 0x80;

    private readonly ReadOnlySpan<byte> _chunk;

    internal SctpChunk(ReadOnlySpan<byte> chunk) => _chunk = chunk;

    /// <summary>The type, which may be one that has no name here.</summary>
    public SctpChunkType Type => (SctpChunkType)_chunk[0];

    /// <summary>The flags, whose meaning depends on the type.</summary>
    public byte Flags => _chunk[1];

    /// <summary>Everything after the header, without padding.</summary>
    public ReadOnlySpan<byte> Value => _chunk[HeaderBytes..];

    /// <summary>Header and value.</summary>
    public ReadOnlySpan<byte> Bytes => _chunk;

    /// <summary>Whether a receiver that does not know the type goes on with the next chunk.</summary>
    public bool IsSkippedWhenUnknown => (_chunk[0] & SkipBit) != 0;

    /// <summary>Whether a receiver that does not know the type reports it.</summary>
    public bool IsReportedWhenUnknown => (_chunk[0] & ReportBit) != 0;
}
