using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation;

/// <summary>Answers offers to play (WHEP, draft-ietf-wish-whep).</summary>
public static class PlayNegotiator
{
    /// <summary>Answers an offer, or says why not.</summary>
    public static NegotiationResult<PlayAgreement> Answer(
        SessionDescription offer,
        IReadOnlyList<PlayableTrack> tracks,
        LocalTransportDescription local,
        PlayPolicy policy
    ) => throw new InvalidOperationException("Not yet.");
}
