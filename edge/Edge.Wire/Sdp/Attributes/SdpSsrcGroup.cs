using System.Collections.Immutable;
using Edge.Primitives;

namespace Edge.Wire.Sdp.Attributes;

/// <summary>One <c>a=ssrc-group</c> line (RFC 5576 §4.2).</summary>
/// <param name="Semantics">FID for retransmission, FEC-FR, SIM and so on.</param>
/// <param name="Ssrcs">The sources.</param>
public sealed record SdpSsrcGroup(string Semantics, ImmutableArray<Ssrc> Ssrcs);
