using System.Buffers.Binary;

namespace Edge.Wire.Rtcp;

/// <summary>Layout of the header every RTCP block begins with (RFC 3550 §6.4.1).</summary>
internal static class RtcpHeader
{
    public const int Bytes = 4;
    public const int Version = 2;
    public const int CountMax = 31;
    public const int SsrcBytes = 4;

    /// <summary>Header, sender and media source of a feedback block (RFC 4585 §6.1).</summary>
    public const int FeedbackBytes = Bytes + 2 * SsrcBytes;

    private const byte VersionBits = Version << 6;
    private const byte PaddingBit = 0x20;

    /// <summary>Writes a header for a block of whole words, its length included.</summary>
    public static void Write(
        Span<byte> destination,
        RtcpPacketType type,
        int countOrFormat,
        int lengthBytes,
        bool hasPadding = false
    )
    {
        destination[0] = (byte)(VersionBits | (hasPadding ? PaddingBit : 0) | countOrFormat);
        destination[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(
            destination[2..],
            unchecked((ushort)(lengthBytes / 4 - 1))
        );
    }

    /// <summary>Writes header, sender and media source of a feedback block.</summary>
    public static void WriteFeedback(
        Span<byte> destination,
        RtcpPacketType type,
        int format,
        int lengthBytes,
        uint sender,
        uint media,
        bool hasPadding = false
    )
    {
        Write(destination, type, format, lengthBytes, hasPadding);
        BinaryPrimitives.WriteUInt32BigEndian(destination[Bytes..], sender);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(Bytes + SsrcBytes)..], media);
    }

    public static bool HasPadding(byte flags) => (flags & PaddingBit) != 0;
}
