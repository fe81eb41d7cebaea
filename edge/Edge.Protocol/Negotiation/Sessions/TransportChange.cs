namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>A change of the session's one transport.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Remote">The other side's transport from now on.</param>
public sealed record TransportChange(TransportChangeKind Kind, RemoteTransport Remote);
