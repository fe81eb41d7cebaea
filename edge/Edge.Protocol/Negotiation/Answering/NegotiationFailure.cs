namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Why a step of a negotiation found no way on.</summary>
/// <param name="Kind">What kind of refusal.</param>
/// <param name="Sentence">A sentence for the person at the other end.</param>
internal sealed record NegotiationFailure(NegotiationRefusal Kind, string Sentence)
{
    /// <summary>The description lacks or garbles something.</summary>
    public static NegotiationFailure Malformed(string sentence) =>
        new(NegotiationRefusal.Malformed, sentence);

    /// <summary>The description asks for what this end does not do.</summary>
    public static NegotiationFailure Unsupported(string sentence) =>
        new(NegotiationRefusal.Unsupported, sentence);
}
