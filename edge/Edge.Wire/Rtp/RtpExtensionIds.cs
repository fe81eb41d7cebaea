using Edge.Primitives;

namespace Edge.Wire.Rtp;

/// <summary>Which extension elements a packet has, by id: asked once of a packet, so that who wants none of them need not
/// look.</summary>
/// <remarks>Shape: one bit for each id of the one-byte form (RFC 8285 §4.2), one for all higher ones. The default stands for
/// a packet that nobody looked at: it may have any.</remarks>
public readonly record struct RtpExtensionIds
{
    /// <summary>Id 0 is padding, so that its bit says that somebody looked.</summary>
    private const ushort Known = 1;

    private const int HighestBit = 15;

    private readonly ushort _bits;

    private RtpExtensionIds(ushort bits) => _bits = bits;

    /// <summary>Those of a header; unknown where it cannot be read.</summary>
    /// <param name="header">The packet's header with its extension block.</param>
    [HotPath]
    public static RtpExtensionIds Of(ReadOnlySpan<byte> header)
    {
        if (RtpPacket.TryParse(header, out var packet) != RtpParseError.None)
        {
            return default;
        }

        ushort bits = Known;
        foreach (var element in packet.Extensions)
        {
            bits |= BitOf(element.Id);
        }

        return new(bits);
    }

    /// <summary>These and another one.</summary>
    public RtpExtensionIds With(byte id) => new((ushort)(_bits | Known | BitOf(id)));

    /// <summary>Whether a packet with these may have one of those that are wanted.</summary>
    [HotPath]
    public bool MayHave(RtpExtensionIds wanted)
    {
        var ids = wanted._bits & ~Known;
        return _bits == 0 ? ids != 0 : (_bits & ids) != 0;
    }

    private static ushort BitOf(byte id) => (ushort)(1 << Math.Min((int)id, HighestBit));
}
