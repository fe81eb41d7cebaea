namespace Edge.Wire.Sdp.Attributes;

/// <summary>One <c>a=rid</c> line (RFC 8851 §4).</summary>
/// <param name="Id">The identifier.</param>
/// <param name="Direction">SendOnly for <c>send</c>, ReceiveOnly for <c>recv</c>.</param>
/// <param name="Restrictions">What follows, as written; null when nothing does.</param>
public sealed record SdpRid(string Id, SdpDirection Direction, string? Restrictions);
