using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>Writes a BYE without a reason (RFC 3550 §6.6).</summary>
public static class ByeWriter
{
    /// <summary>Writes the block; returns its length, 0 when it does not fit or names more than 31
    /// sources, and then leaves the destination alone.</summary>
    public static int Write(Span<byte> destination, params ReadOnlySpan<Ssrc> sources)
    {
        var length = RtcpHeader.Bytes + sources.Length * RtcpHeader.SsrcBytes;
        if (sources.Length > RtcpHeader.CountMax || destination.Length < length)
        {
            return 0;
        }

        RtcpHeader.Write(destination, RtcpPacketType.Goodbye, sources.Length, length);
        for (var index = 0; index < sources.Length; index++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(
                destination[(RtcpHeader.Bytes + index * RtcpHeader.SsrcBytes)..],
                sources[index].Value
            );
        }

        return length;
    }
}
