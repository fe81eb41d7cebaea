using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>A view of an RR.</summary>
/// <remarks>Source: RFC 3550 §6.4.2. Owner: borrows the block's bytes.</remarks>
public readonly ref struct ReceiverReport
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly int _blockBytes;

    private ReceiverReport(ReadOnlySpan<byte> body, int blockBytes)
    {
        _body = body;
        _blockBytes = blockBytes;
    }

    /// <summary>Who sent the report.</summary>
    public Ssrc Sender => new(BinaryPrimitives.ReadUInt32BigEndian(_body));

    /// <summary>One block for each source it hears.</summary>
    public ReportBlockList Reports => new(_body.Slice(RtcpHeader.SsrcBytes, _blockBytes));

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P|   RC    |    PT = 201   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                     SSRC of packet sender                     |
    // +---------------------------------------------------------------+
    // |            RC report blocks, then profile extensions          |
    // +---------------------------------------------------------------+

    /// <summary>Reads an RR; profile-specific extensions after the report blocks are ignored.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out ReceiverReport report)
    {
        report = default;
        if (block.Kind != RtcpKind.ReceiverReport)
        {
            return RtcpParseError.WrongKind;
        }

        if (block.Body.Length < RtcpHeader.SsrcBytes)
        {
            return RtcpParseError.TruncatedBody;
        }

        var blockBytes = block.Format * ReportBlock.Bytes;
        if (block.Body.Length < RtcpHeader.SsrcBytes + blockBytes)
        {
            return RtcpParseError.TruncatedEntries;
        }

        report = new ReceiverReport(block.Body, blockBytes);
        return RtcpParseError.None;
    }
}
