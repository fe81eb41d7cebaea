using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>Writes an SDES of one chunk with a CNAME (RFC 3550 §6.5.1).</summary>
public static class SdesWriter
{
    private const int ItemHeaderBytes = 2;
    private const int TerminatorBytes = 1;

    /// <summary>Writes the block; returns its length, 0 when it does not fit or the name is longer
    /// than 255 bytes, and then leaves the destination alone.</summary>
    public static int Write(Span<byte> destination, Ssrc source, ReadOnlySpan<byte> cname)
    {
        const int textOffset = RtcpHeader.Bytes + RtcpHeader.SsrcBytes + ItemHeaderBytes;
        var length = (textOffset + cname.Length + TerminatorBytes + 3) & ~3;
        if (cname.Length > byte.MaxValue || destination.Length < length)
        {
            return 0;
        }

        RtcpHeader.Write(destination, RtcpPacketType.SourceDescription, 1, length);
        BinaryPrimitives.WriteUInt32BigEndian(destination[RtcpHeader.Bytes..], source.Value);
        destination[textOffset - 2] = SourceDescription.CnameType;
        destination[textOffset - 1] = (byte)cname.Length;
        cname.CopyTo(destination[textOffset..]);
        destination[(textOffset + cname.Length)..length].Clear();
        return length;
    }
}
