namespace Control.Contract.Calls;

/// <summary>Asks for a session.</summary>
/// <param name="AppId">The app the caller is authorised for.</param>
/// <param name="Offer">The client's first offer, if it has one already.</param>
/// <param name="IsThirdParty">Whether the peer is another WebRTC server, perhaps ICE-lite: then this side
/// is a full, controlling ICE agent.</param>
/// <param name="CorrelationId">A label for diagnosis; nothing can be looked up by it.</param>
/// <param name="Owner">Who made it, if a token did; the node keeps it for
/// <see cref="CallsSessionState.Owner"/> and does nothing else with it.</param>
public sealed record NewSessionRequest(
    string AppId,
    SessionSdp? Offer,
    bool IsThirdParty,
    string? CorrelationId,
    string? Owner
)
{
    /// <summary>The group it is in, if any: it can pull only from sessions of the same group. A session
    /// without one can pull from every session of the app.</summary>
    public string? Group { get; init; }

    /// <summary>What its client wants to hear; null for everything.</summary>
    public AudioChoice? Audio { get; init; }
}
