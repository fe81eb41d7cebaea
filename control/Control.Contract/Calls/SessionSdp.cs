namespace Control.Contract.Calls;

/// <summary>A session description of one side (RFC 8829).</summary>
/// <param name="IsOffer">Whether it is an offer; else it is an answer.</param>
/// <param name="Sdp">The text as it came or is to go, any line ending.</param>
public sealed record SessionSdp(bool IsOffer, string Sdp);
