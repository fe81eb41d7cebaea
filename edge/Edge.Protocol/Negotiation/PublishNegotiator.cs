using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation;

/// <summary>Answers offers to publish (WHIP, RFC 9725).</summary>
public static class PublishNegotiator
{
    /// <summary>Answers an offer, or says why not.</summary>
    public static NegotiationResult<PublishAgreement> Answer(
        SessionDescription offer,
        LocalTransportDescription local,
        PublishPolicy policy
    ) => throw new InvalidOperationException("Not yet.");
}
