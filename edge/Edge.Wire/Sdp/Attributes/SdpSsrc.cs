using Edge.Primitives;

namespace Edge.Wire.Sdp.Attributes;

/// <summary>All <c>a=ssrc</c> lines of one source (RFC 5576 §4.1).</summary>
/// <param name="Ssrc">The source.</param>
/// <param name="Cname">Its canonical name.</param>
/// <param name="Msid">Its stream and track, the way before RFC 8830.</param>
public sealed record SdpSsrc(Ssrc Ssrc, string? Cname, string? Msid);
