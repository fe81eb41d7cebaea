using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>A format that a client of ours offers.</summary>
/// <param name="Kind">Which format.</param>
/// <param name="Format">Its <c>a=fmtp</c> value; null for the usual one.</param>
public sealed record OfferedCodec(CodecKind Kind, string? Format = null)
{
    /// <summary>Whether retransmissions have a format of their own. Default true; audio never has.</summary>
    public bool HasRtx { get; init; } = true;

    /// <summary>Whether redundant packets of it (RFC 2198) are offered too, and preferred. Default false.</summary>
    public bool HasRedundancy { get; init; }

    /// <summary>Its number; null, the default, takes the next free one.</summary>
    public PayloadType? PayloadType { get; init; }
}
