using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtp;

/// <summary>A view of one RTP packet whose lengths were all checked.</summary>
/// <remarks>
/// Shape: fixed header, contributing sources, extension, payload, padding; each inside the packet.
/// Owner: borrows the bytes it was parsed from; it lives no longer than they do.
/// Source: RFC 3550 §5.1, §5.3.1; RFC 8285.
/// </remarks>
public readonly ref struct RtpPacket
{
    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _paddingLength;

    private RtpPacket(ReadOnlySpan<byte> packet, int headerLength, int paddingLength)
    {
        _packet = packet;
        HeaderLength = headerLength;
        _paddingLength = paddingLength;
    }

    /// <summary>Bytes of header, contributing sources and extension.</summary>
    public int HeaderLength { get; }

    /// <summary>Bytes of padding at the end, its length byte included.</summary>
    public int PaddingLength => _paddingLength;

    /// <summary>Bytes between header and padding.</summary>
    public int PayloadLength => _packet.Length - HeaderLength - _paddingLength;

    /// <summary>The bytes between header and padding.</summary>
    public ReadOnlySpan<byte> Payload => _packet.Slice(HeaderLength, PayloadLength);

    /// <summary>The marker bit; for video, the last packet of a picture.</summary>
    public bool Marker => (_packet[RtpHeader.PayloadTypeOffset] & RtpHeader.MarkerBit) != 0;

    /// <summary>What the payload is.</summary>
    public PayloadType PayloadType =>
        new((byte)(_packet[RtpHeader.PayloadTypeOffset] & RtpHeader.PayloadTypeMask));

    /// <summary>The sequence number.</summary>
    public SequenceNumber SequenceNumber => RtpHeader.ReadSequenceNumber(_packet);

    /// <summary>The media timestamp, in units of the codec's clock.</summary>
    public uint Timestamp =>
        BinaryPrimitives.ReadUInt32BigEndian(_packet[RtpHeader.TimestampOffset..]);

    /// <summary>Who sent it.</summary>
    public Ssrc Ssrc => RtpHeader.ReadSsrc(_packet);

    /// <summary>Number of contributing sources, 0 to 15.</summary>
    public int ContributingSourceCount =>
        _packet[RtpHeader.FlagsOffset] & RtpHeader.ContributingCountMask;

    /// <summary>The "defined by profile" word of the extension; 0 without one.</summary>
    public ushort ExtensionProfile =>
        HasExtension ? BinaryPrimitives.ReadUInt16BigEndian(_packet[ExtensionOffset..]) : (ushort)0;

    /// <summary>The extension's elements without its header; empty without one.</summary>
    public ReadOnlySpan<byte> ExtensionBlock =>
        HasExtension
            ? _packet[(ExtensionOffset + RtpHeader.ExtensionHeaderBytes)..HeaderLength]
            : default;

    /// <summary>The elements of the extension, in order; stops at the first malformed one.</summary>
    public RtpExtensionEnumerator Extensions => new(ExtensionProfile, ExtensionBlock);

    private bool HasExtension => (_packet[RtpHeader.FlagsOffset] & RtpHeader.ExtensionBit) != 0;

    private int ExtensionOffset =>
        RtpHeader.FixedBytes + ContributingSourceCount * RtpHeader.ContributingSourceBytes;

    // 0                   1                   2                   3
    // 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    // +---+-+-+-------+-+-------------+-------------------------------+
    // |V=2|P|X|  CC   |M|     PT      |        sequence number        |
    // +---+-+-+-------+-+-------------+-------------------------------+
    // |                           timestamp                           |
    // +---------------------------------------------------------------+
    // |            synchronisation source (SSRC) identifier           |
    // +---------------------------------------------------------------+
    // |       contributing sources (CSRC), CC words of 32 bits        |
    // +-------------------------------+-------------------------------+  if X
    // |      defined by profile       |   length of what follows, in  |
    // |                               |   words of 32 bits            |
    // +-------------------------------+-------------------------------+
    // |                      extension elements                       |
    // +---------------------------------------------------------------+
    // |           payload ...          ... padding, if P; its last    |
    // |                                byte counts it, itself too     |
    // +---------------------------------------------------------------+

    /// <summary>Reads a whole packet, as it is after decryption.</summary>
    /// <remarks>Errors: each value of <see cref="RtpParseError"/> names the part that was wrong. The
    /// elements of the extension are looked at only when asked for, because a malformed element spoils
    /// only itself and what follows it in the extension (RFC 8285 §4.1.2).</remarks>
    [HotPath]
    public static RtpParseError TryParse(ReadOnlySpan<byte> packet, out RtpPacket rtp)
    {
        rtp = default;
        var error = RtpHeader.ReadHeaderLength(packet, out var headerLength);
        if (error != RtpParseError.None)
        {
            return error;
        }

        var paddingLength = 0;
        if ((packet[RtpHeader.FlagsOffset] & RtpHeader.PaddingBit) != 0)
        {
            paddingLength = packet.Length > headerLength ? packet[^1] : 0;
            if (paddingLength == 0 || paddingLength > packet.Length - headerLength)
            {
                return RtpParseError.BadPaddingLength;
            }
        }

        rtp = new RtpPacket(packet, headerLength, paddingLength);
        return RtpParseError.None;
    }

    /// <summary>The data of the first extension element with an identifier; false when there is none
    /// before the end or the first malformed element.</summary>
    [HotPath]
    public bool TryFindExtension(byte id, out ReadOnlySpan<byte> data)
    {
        foreach (var element in Extensions)
        {
            if (element.Id == id)
            {
                data = element.Data;
                return true;
            }
        }

        data = default;
        return false;
    }
}
