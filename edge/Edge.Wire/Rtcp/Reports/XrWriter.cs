using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>Writes an XR of one block (RFC 3611 §4.4, §4.5).</summary>
public static class XrWriter
{
    private const int ContentOffset =
        RtcpHeader.Bytes + RtcpHeader.SsrcBytes + ExtendedReport.BlockHeaderBytes;

    /// <summary>Writes a receiver reference time; returns the length, 0 when it does not fit, and
    /// then leaves the destination alone.</summary>
    public static int WriteReceiverReferenceTime(
        Span<byte> destination,
        Ssrc sender,
        NtpTimestamp timestamp
    )
    {
        const int length = ContentOffset + ExtendedReport.ReceiverReferenceTimeBytes;
        if (destination.Length < length)
        {
            return 0;
        }

        WriteHeaders(destination, sender, ExtendedReport.ReceiverReferenceTimeType, length);
        BinaryPrimitives.WriteUInt64BigEndian(destination[ContentOffset..], timestamp.Value);
        return length;
    }

    /// <summary>Writes answers to receiver reference times; returns the length, 0 when it does not
    /// fit, and then leaves the destination alone.</summary>
    public static int WriteDelays(
        Span<byte> destination,
        Ssrc sender,
        params ReadOnlySpan<DelayReport> delays
    )
    {
        // A destination is a datagram, so what fits it also fits the 16-bit length.
        var length = ContentOffset + delays.Length * DelayReport.Bytes;
        if (destination.Length < length)
        {
            return 0;
        }

        WriteHeaders(destination, sender, ExtendedReport.DelayType, length);
        for (var index = 0; index < delays.Length; index++)
        {
            var entry = destination[(ContentOffset + index * DelayReport.Bytes)..];
            BinaryPrimitives.WriteUInt32BigEndian(entry, delays[index].Receiver.Value);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], delays[index].LastReceiverReport);
            BinaryPrimitives.WriteUInt32BigEndian(
                entry[8..],
                delays[index].DelaySinceLastReceiverReport
            );
        }

        return length;
    }

    private static void WriteHeaders(Span<byte> destination, Ssrc sender, byte type, int length)
    {
        RtcpHeader.Write(destination, RtcpPacketType.ExtendedReport, 0, length);
        BinaryPrimitives.WriteUInt32BigEndian(destination[RtcpHeader.Bytes..], sender.Value);
        var block = destination[(RtcpHeader.Bytes + RtcpHeader.SsrcBytes)..];
        block[0] = type;
        block[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            block[2..],
            unchecked((ushort)((length - ContentOffset) / 4))
        );
    }
}
