using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtp;

/// <summary>Layout of the RTP header, and its length before anything else of a packet is known.</summary>
/// <remarks>Source: RFC 3550 §5.1, §5.3.1; RFC 5761 §4.</remarks>
public static class RtpHeader
{
    /// <summary>Bytes of the header without contributing sources and extension.</summary>
    public const int FixedBytes = 12;

    /// <summary>The only version in use (RFC 3550 §5.1).</summary>
    public const int Version = 2;

    /// <summary>Offset of version, padding bit, extension bit and contributing source count.</summary>
    public const int FlagsOffset = 0;

    /// <summary>Offset of marker bit and payload type.</summary>
    public const int PayloadTypeOffset = 1;

    /// <summary>Offset of the sequence number.</summary>
    public const int SequenceNumberOffset = 2;

    /// <summary>Offset of the timestamp.</summary>
    public const int TimestampOffset = 4;

    /// <summary>Offset of the synchronisation source.</summary>
    public const int SsrcOffset = 8;

    internal const byte VersionBits = Version << 6;

    /// <summary>Of <see cref="FlagsOffset"/>: the last bytes are padding (RFC 3550 §5.1).</summary>
    public const byte PaddingBit = 0x20;

    internal const byte ExtensionBit = 0x10;
    internal const byte ContributingCountMask = 0x0F;
    internal const byte MarkerBit = 0x80;
    internal const byte PayloadTypeMask = 0x7F;
    internal const int ContributingSourceBytes = 4;
    internal const int ExtensionHeaderBytes = 4;

    /// <summary>Profile of one-byte extension elements (RFC 8285 §4.2).</summary>
    internal const ushort OneByteProfile = 0xBEDE;

    /// <summary>Profile of two-byte extension elements, whose low four bits are free (RFC 8285 §4.3).</summary>
    internal const ushort TwoByteProfile = 0x1000;

    /// <summary>Length of header, contributing sources and extension; false when they do not fit in
    /// the packet or the version is not 2.</summary>
    /// <remarks>Reads only what SRTP leaves in clear, so it works before decryption.</remarks>
    [HotPath]
    public static bool TryReadHeaderLength(ReadOnlySpan<byte> packet, out int headerLength) =>
        ReadHeaderLength(packet, out headerLength) == RtpParseError.None;

    /// <summary>Whether a datagram of the RTP range of RFC 7983 carries RTCP, by its second byte
    /// (RFC 5761 §4: packet types 192 to 223, which payload types 64 to 95 with marker would be).</summary>
    public static bool IsRtcp(ReadOnlySpan<byte> datagram) =>
        datagram.Length > PayloadTypeOffset && datagram[PayloadTypeOffset] is >= 192 and <= 223;

    /// <summary>The source of a packet whose header length was read.</summary>
    public static Ssrc ReadSsrc(ReadOnlySpan<byte> packet) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(packet[SsrcOffset..]));

    /// <summary>The sequence number of a packet whose header length was read.</summary>
    public static SequenceNumber ReadSequenceNumber(ReadOnlySpan<byte> packet) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(packet[SequenceNumberOffset..]));

    internal static RtpParseError ReadHeaderLength(ReadOnlySpan<byte> packet, out int headerLength)
    {
        headerLength = 0;
        if (packet.Length < FixedBytes)
        {
            return RtpParseError.TruncatedHeader;
        }

        var flags = packet[FlagsOffset];
        if (flags >> 6 != Version)
        {
            return RtpParseError.UnsupportedVersion;
        }

        var length = FixedBytes + (flags & ContributingCountMask) * ContributingSourceBytes;
        if (packet.Length < length)
        {
            return RtpParseError.TruncatedContributingSources;
        }

        if ((flags & ExtensionBit) != 0)
        {
            if (packet.Length < length + ExtensionHeaderBytes)
            {
                return RtpParseError.TruncatedExtension;
            }

            var words = BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]);
            length += ExtensionHeaderBytes + words * 4;
            if (packet.Length < length)
            {
                return RtpParseError.TruncatedExtension;
            }
        }

        headerLength = length;
        return RtpParseError.None;
    }
}
