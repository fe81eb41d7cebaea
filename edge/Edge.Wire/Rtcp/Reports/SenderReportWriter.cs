using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>Writes an SR (RFC 3550 §6.4.1).</summary>
public static class SenderReportWriter
{
    /// <summary>Bytes of an SR without report blocks.</summary>
    public const int BytesMin = RtcpHeader.Bytes + RtcpHeader.SsrcBytes + SenderReport.InfoBytes;

    /// <summary>Writes the report; returns its length, 0 when it does not fit or has more than 31
    /// report blocks, and then leaves the destination alone.</summary>
    public static int Write(
        Span<byte> destination,
        Ssrc sender,
        in SenderInfo info,
        ReadOnlySpan<ReportBlock> reports = default
    )
    {
        var length = BytesMin + reports.Length * ReportBlock.Bytes;
        if (reports.Length > RtcpHeader.CountMax || destination.Length < length)
        {
            return 0;
        }

        RtcpHeader.Write(destination, RtcpPacketType.SenderReport, reports.Length, length);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], sender.Value);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], info.NtpTimestamp.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], info.RtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], info.PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(destination[24..], info.OctetCount);
        ReceiverReportWriter.WriteBlocks(destination[BytesMin..], reports);
        return length;
    }
}
