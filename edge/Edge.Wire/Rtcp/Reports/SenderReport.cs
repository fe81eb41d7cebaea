using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>A view of an SR.</summary>
/// <remarks>Source: RFC 3550 §6.4.1. Owner: borrows the block's bytes.</remarks>
public readonly ref struct SenderReport
{
    internal const int InfoBytes = 20;
    private const int FixedBytes = RtcpHeader.SsrcBytes + InfoBytes;

    private readonly ReadOnlySpan<byte> _body;
    private readonly int _blockBytes;

    private SenderReport(ReadOnlySpan<byte> body, int blockBytes)
    {
        _body = body;
        _blockBytes = blockBytes;
    }

    /// <summary>Who sent the report.</summary>
    public Ssrc Sender => new(BinaryPrimitives.ReadUInt32BigEndian(_body));

    /// <summary>Clocks and counters.</summary>
    public SenderInfo Info =>
        new(
            new NtpTimestamp(BinaryPrimitives.ReadUInt64BigEndian(_body[4..])),
            BinaryPrimitives.ReadUInt32BigEndian(_body[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(_body[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(_body[20..])
        );

    /// <summary>What the sender says as a receiver.</summary>
    public ReportBlockList Reports => new(_body.Slice(FixedBytes, _blockBytes));

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P|   RC    |    PT = 200   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                         SSRC of sender                        |
    // +---------------------------------------------------------------+
    // |                 NTP timestamp, 64 bits                        |
    // |                                                               |
    // +---------------------------------------------------------------+
    // |                         RTP timestamp                         |
    // +---------------------------------------------------------------+
    // |                     sender's packet count                     |
    // +---------------------------------------------------------------+
    // |                      sender's octet count                     |
    // +---------------------------------------------------------------+
    // |            RC report blocks, then profile extensions          |
    // +---------------------------------------------------------------+

    /// <summary>Reads an SR; profile-specific extensions after the report blocks are ignored.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out SenderReport report)
    {
        report = default;
        if (block.Kind != RtcpKind.SenderReport)
        {
            return RtcpParseError.WrongKind;
        }

        if (block.Body.Length < FixedBytes)
        {
            return RtcpParseError.TruncatedBody;
        }

        var blockBytes = block.Format * ReportBlock.Bytes;
        if (block.Body.Length < FixedBytes + blockBytes)
        {
            return RtcpParseError.TruncatedEntries;
        }

        report = new SenderReport(block.Body, blockBytes);
        return RtcpParseError.None;
    }
}
