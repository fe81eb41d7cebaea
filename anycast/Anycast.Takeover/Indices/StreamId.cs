namespace Anycast.Takeover.Indices;

/// <summary>Names what has indices of its own within a session: one key and, of SRTP, one SSRC.</summary>
/// <param name="Kind">Whose indices.</param>
/// <param name="Generation">Which key of the session: another one for each handshake that gave new keys, as no index
/// of a key is ever forgotten while the session lives.</param>
/// <param name="Ssrc">The SSRC; 0 of DTLS.</param>
public readonly record struct StreamId(StreamKind Kind, byte Generation, uint Ssrc);
