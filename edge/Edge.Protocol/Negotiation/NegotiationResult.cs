namespace Edge.Protocol.Negotiation;

/// <summary>The outcome of a negotiation: an agreement with its answer, or a refusal with its reason.</summary>
/// <typeparam name="TAgreement">The kind of agreement.</typeparam>
public abstract record NegotiationResult<TAgreement>
    where TAgreement : class
{
    private NegotiationResult() { }

    /// <summary>Both sides have what they need.</summary>
    /// <param name="Agreement">What was agreed.</param>
    /// <param name="AnswerSdp">The complete answer, CRLF lines, no further candidates follow.</param>
    public sealed record Agreed(TAgreement Agreement, string AnswerSdp)
        : NegotiationResult<TAgreement>;

    /// <summary>There is no agreement.</summary>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Sentence">A sentence for the person at the other end; it holds no secret.</param>
    public sealed record Refused(NegotiationRefusal Kind, string Sentence)
        : NegotiationResult<TAgreement>;
}
