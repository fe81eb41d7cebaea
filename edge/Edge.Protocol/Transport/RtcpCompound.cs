using Edge.Primitives;
using Edge.Wire.Rtcp.Reports;

namespace Edge.Protocol.Transport;

/// <summary>Writes the compound packets that reports travel in (RFC 3550 §6.1).</summary>
internal static class RtcpCompound
{
    /// <summary>Most sources one goodbye names (RFC 3550 §6.6).</summary>
    public const int GoodbyeSourcesMax = 31;

    /// <summary>A receiver report and the source description that must follow it.</summary>
    public static int WriteReceiverReport(
        Span<byte> destination,
        Ssrc sender,
        ReadOnlySpan<ReportBlock> blocks,
        ReadOnlySpan<byte> cname
    )
    {
        var length = ReceiverReportWriter.Write(destination, sender, blocks);
        return length == 0 ? 0 : AppendDescription(destination, length, sender, cname);
    }

    /// <summary>A sender report and the source description that must follow it.</summary>
    public static int WriteSenderReport(
        Span<byte> destination,
        Ssrc sender,
        in SenderInfo info,
        ReadOnlySpan<byte> cname
    )
    {
        var length = SenderReportWriter.Write(destination, sender, info);
        return length == 0 ? 0 : AppendDescription(destination, length, sender, cname);
    }

    /// <summary>An empty report, the source description and the goodbye of all sources.</summary>
    public static int WriteGoodbye(
        Span<byte> destination,
        ReadOnlySpan<Ssrc> sources,
        ReadOnlySpan<byte> cname
    )
    {
        var length = WriteReceiverReport(destination, sources[0], [], cname);
        if (length == 0)
        {
            return 0;
        }

        var goodbye = ByeWriter.Write(destination[length..], sources);
        return goodbye == 0 ? 0 : length + goodbye;
    }

    private static int AppendDescription(
        Span<byte> destination,
        int length,
        Ssrc sender,
        ReadOnlySpan<byte> cname
    )
    {
        var description = SdesWriter.Write(destination[length..], sender, cname);
        return description == 0 ? 0 : length + description;
    }
}
