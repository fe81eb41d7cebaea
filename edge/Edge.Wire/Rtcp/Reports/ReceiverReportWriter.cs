using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>Writes an RR (RFC 3550 §6.4.2).</summary>
public static class ReceiverReportWriter
{
    /// <summary>Bytes of an RR without report blocks.</summary>
    public const int BytesMin = RtcpHeader.Bytes + RtcpHeader.SsrcBytes;

    /// <summary>Writes the report; returns its length, 0 when it does not fit or has more than 31
    /// report blocks, and then leaves the destination alone.</summary>
    public static int Write(
        Span<byte> destination,
        Ssrc sender,
        ReadOnlySpan<ReportBlock> reports = default
    )
    {
        var length = BytesMin + reports.Length * ReportBlock.Bytes;
        if (reports.Length > RtcpHeader.CountMax || destination.Length < length)
        {
            return 0;
        }

        RtcpHeader.Write(destination, RtcpPacketType.ReceiverReport, reports.Length, length);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], sender.Value);
        WriteBlocks(destination[BytesMin..], reports);
        return length;
    }

    internal static void WriteBlocks(Span<byte> destination, ReadOnlySpan<ReportBlock> reports)
    {
        for (var index = 0; index < reports.Length; index++)
        {
            reports[index].Write(destination[(index * ReportBlock.Bytes)..]);
        }
    }
}
