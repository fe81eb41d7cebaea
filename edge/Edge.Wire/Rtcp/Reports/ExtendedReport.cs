using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>A view of an XR, of which the two blocks for round trips of receivers are read.</summary>
/// <remarks>Source: RFC 3611 §2, §4.4, §4.5. Owner: borrows the block's bytes.</remarks>
public readonly ref struct ExtendedReport
{
    internal const byte ReceiverReferenceTimeType = 4;
    internal const byte DelayType = 5;
    internal const int BlockHeaderBytes = 4;
    internal const int ReceiverReferenceTimeBytes = 8;

    private readonly ReadOnlySpan<byte> _body;

    private ExtendedReport(ReadOnlySpan<byte> body) => _body = body;

    /// <summary>Who sent the report.</summary>
    public Ssrc Sender => new(BinaryPrimitives.ReadUInt32BigEndian(_body));

    // +---+-+---------+---------------+-------------------------------+
    // |V=2|P|reserved |    PT = 207   |            length             |
    // +---+-+---------+---------------+-------------------------------+
    // |                              SSRC                             |
    // +---------------+---------------+-------------------------------+  any number of
    // |  block type   | type-specific |  length in words, header not  |
    // |               |               |  counted                      |
    // +---------------+---------------+-------------------------------+
    // |  BT 4 (RRTR): NTP timestamp, 64 bits                          |
    // |  BT 5 (DLRR): n x { SSRC, last RR, delay since last RR }      |
    // +---------------------------------------------------------------+

    /// <summary>Reads an XR and checks the length of each of its blocks.</summary>
    public static RtcpParseError TryParse(RtcpBlock block, out ExtendedReport report)
    {
        report = default;
        if (block.Kind != RtcpKind.ExtendedReport)
        {
            return RtcpParseError.WrongKind;
        }

        if (block.Body.Length < RtcpHeader.SsrcBytes)
        {
            return RtcpParseError.TruncatedBody;
        }

        var rest = block.Body[RtcpHeader.SsrcBytes..];
        while (!rest.IsEmpty)
        {
            if (rest.Length < BlockHeaderBytes || rest.Length < BlockLength(rest))
            {
                return RtcpParseError.TruncatedEntries;
            }

            rest = rest[BlockLength(rest)..];
        }

        report = new ExtendedReport(block.Body);
        return RtcpParseError.None;
    }

    /// <summary>The sender's clock, which it wants back; false when the report has none.</summary>
    public bool TryReadReceiverReferenceTime(out NtpTimestamp timestamp)
    {
        var content = FindBlock(ReceiverReferenceTimeType);
        if (content.Length < ReceiverReferenceTimeBytes)
        {
            timestamp = default;
            return false;
        }

        timestamp = new NtpTimestamp(BinaryPrimitives.ReadUInt64BigEndian(content));
        return true;
    }

    /// <summary>The answer meant for one receiver; false when the report has none.</summary>
    public bool TryFindDelay(Ssrc receiver, out DelayReport delay)
    {
        var content = FindBlock(DelayType);
        while (content.Length >= DelayReport.Bytes)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(content) == receiver.Value)
            {
                delay = new DelayReport(
                    receiver,
                    BinaryPrimitives.ReadUInt32BigEndian(content[4..]),
                    BinaryPrimitives.ReadUInt32BigEndian(content[8..])
                );
                return true;
            }

            content = content[DelayReport.Bytes..];
        }

        delay = default;
        return false;
    }

    private static int BlockLength(ReadOnlySpan<byte> block) =>
        BlockHeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(block[2..]) * 4;

    private ReadOnlySpan<byte> FindBlock(byte type)
    {
        var rest = _body[RtcpHeader.SsrcBytes..];
        while (!rest.IsEmpty)
        {
            var length = BlockLength(rest);
            if (rest[0] == type)
            {
                return rest[BlockHeaderBytes..length];
            }

            rest = rest[length..];
        }

        return default;
    }
}
