using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation;

/// <summary>The one payload format of an m-section, with its repair format and feedback.</summary>
/// <param name="Kind">Which format.</param>
/// <param name="PayloadType">The number it has in this session.</param>
/// <param name="RtxPayloadType">The number of its retransmission format (RFC 4588 §8.6), if any.</param>
/// <param name="ClockRate">Ticks of the RTP timestamp in a second.</param>
/// <param name="Name">The encoding name as this session writes it (RFC 8866 §6.6).</param>
/// <param name="Format">The value of its <c>a=fmtp</c> line without the number, if any.</param>
public sealed record NegotiatedCodec(
    CodecKind Kind,
    PayloadType PayloadType,
    PayloadType? RtxPayloadType,
    uint ClockRate,
    string Name,
    string? Format
)
{
    /// <summary>The number of redundant packets of it (RFC 2198), if agreed; single ones come beside them.</summary>
    public PayloadType? RedPayloadType { get; init; }

    /// <summary>Channels of an audio format; 1 for video.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Whether generic NACK is agreed (RFC 4585 §6.2.1).</summary>
    public bool HasNack { get; init; }

    /// <summary>Whether picture loss indication is agreed (RFC 4585 §6.3.1).</summary>
    public bool HasPli { get; init; }

    /// <summary>Whether full intra request is agreed (RFC 5104 §4.3.1).</summary>
    public bool HasFir { get; init; }

    /// <summary>Whether transport-wide feedback is agreed; then the header extension is as well.</summary>
    public bool HasTransportCc { get; init; }

    /// <summary>Whether the receiver's estimate (REMB) is agreed; beside transport-wide feedback only where the other side
    /// sends, which is then told how much can be used.</summary>
    public bool HasRemb { get; init; }
}
