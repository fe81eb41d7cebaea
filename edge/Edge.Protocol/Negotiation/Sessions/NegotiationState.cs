namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>Whose turn it is in a session's offers and answers (RFC 8829 §3.2, seen from this end).</summary>
/// <remarks>An offer of the client is answered at once, so that no state waits for this end.</remarks>
public enum NegotiationState : byte
{
    /// <summary>Nothing is pending: either side may offer.</summary>
    Stable,

    /// <summary>An offer of this end waits for its answer.</summary>
    HaveLocalOffer,
}
