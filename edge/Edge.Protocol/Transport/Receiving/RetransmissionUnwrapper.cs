using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>Turns a retransmission back into the packet it repeats, within its own buffer.</summary>
/// <remarks>
/// <code>
/// | header of the RTX stream | original sequence | original payload |
///     | original header      ^ moved up two bytes | original payload |
/// </code>
/// Source: RFC 4588 §4.
/// </remarks>
internal static class RetransmissionUnwrapper
{
    /// <summary>Bytes of the original sequence number before the payload.</summary>
    public const int OriginalSequenceBytes = 2;

    /// <summary>Rewrites the packet; false when it carries no original (a padding probe).</summary>
    /// <returns>Whether <c>packet[2..]</c> is now the original packet.</returns>
    [HotPath]
    public static bool TryUnwrap(
        Span<byte> packet,
        int headerLength,
        int payloadLength,
        PayloadType payloadType,
        Ssrc ssrc
    )
    {
        if (payloadLength <= OriginalSequenceBytes)
        {
            return false;
        }

        var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[headerLength..]);
        packet[..headerLength].CopyTo(packet[OriginalSequenceBytes..]);
        var original = packet[OriginalSequenceBytes..];
        const byte markerBit = 0x80;
        original[RtpHeader.PayloadTypeOffset] = (byte)(
            (original[RtpHeader.PayloadTypeOffset] & markerBit) | payloadType.Value
        );
        BinaryPrimitives.WriteUInt16BigEndian(original[RtpHeader.SequenceNumberOffset..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(original[RtpHeader.SsrcOffset..], ssrc.Value);
        return true;
    }
}
