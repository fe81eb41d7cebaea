using Edge.Primitives;

namespace Edge.Protocol.Negotiation;

/// <summary>A stream that the other side declared by <c>a=ssrc</c> or <c>a=ssrc-group:FID</c>.</summary>
/// <param name="Media">Its SSRC.</param>
/// <param name="Rtx">The SSRC of its retransmissions, if declared (RFC 5576 §4.2, RFC 4588 §8.8).</param>
public readonly record struct RemoteSource(Ssrc Media, Ssrc? Rtx);
