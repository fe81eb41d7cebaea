namespace Control.Contract;

/// <summary>A PATCH of a session's ICE state (RFC 9725 §4.3).</summary>
/// <param name="Session">The session.</param>
/// <param name="Fragment">The body, an RFC 8840 SDP fragment.</param>
/// <param name="IfMatch">The ICE tag the client believes current; null for any ("*").</param>
public sealed record IceUpdateRequest(SessionKey Session, string Fragment, string? IfMatch);
