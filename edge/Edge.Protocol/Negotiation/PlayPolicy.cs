namespace Edge.Protocol.Negotiation;

/// <summary>The names that an answer to a player carries.</summary>
/// <param name="StreamId">The media stream's id in <c>a=msid</c> (RFC 8830); tracks of one stream are
/// played in sync.</param>
/// <param name="Cname">The canonical name in <c>a=ssrc</c> (RFC 5576 §6.1); the same as in SDES.</param>
public sealed record PlayPolicy(string StreamId, string Cname);
