using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>A view of a BYE.</summary>
/// <remarks>Source: RFC 3550 §6.6. Owner: borrows the block's bytes.</remarks>
public readonly ref struct Goodbye
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly int _count;

    private Goodbye(ReadOnlySpan<byte> body, int count)
    {
        _body = body;
        _count = count;
    }

    /// <summary>How many sources leave, 0 to 31.</summary>
    public int SourceCount => _count;

    /// <summary>Why, as text; empty when not said or malformed.</summary>
    public ReadOnlySpan<byte> Reason
    {
        get
        {
            var rest = _body[(_count * RtcpHeader.SsrcBytes)..];
            return rest.IsEmpty || rest.Length < 1 + rest[0] ? default : rest.Slice(1, rest[0]);
        }
    }

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P|   SC    |    PT = 203   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                   SC sources of 32 bits                       |
    // +---------------+-----------------------------------------------+
    // |    length     |  reason for leaving ...
    // +---------------+---

    /// <summary>Reads a BYE.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out Goodbye goodbye)
    {
        goodbye = default;
        if (block.Kind != RtcpKind.Goodbye)
        {
            return RtcpParseError.WrongKind;
        }

        if (block.Body.Length < block.Format * RtcpHeader.SsrcBytes)
        {
            return RtcpParseError.TruncatedEntries;
        }

        goodbye = new Goodbye(block.Body, block.Format);
        return RtcpParseError.None;
    }

    /// <summary>A source that leaves.</summary>
    /// <param name="index">0 to <see cref="SourceCount"/> - 1.</param>
    public Ssrc Source(int index) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(_body[(index * RtcpHeader.SsrcBytes)..]));
}
