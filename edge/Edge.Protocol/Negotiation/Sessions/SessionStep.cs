namespace Edge.Protocol.Negotiation.Sessions;

/// <summary>The outcome of one step: a change, or a refusal that changed nothing.</summary>
public abstract record SessionStep
{
    private SessionStep() { }

    /// <summary>The step was taken.</summary>
    /// <param name="Change">What it brought about.</param>
    public sealed record Taken(SessionChange Change) : SessionStep;

    /// <summary>It was not, and the session is as it was.</summary>
    /// <param name="Kind">What kind of refusal.</param>
    /// <param name="Sentence">A sentence for the person at the other end; it holds no secret.</param>
    public sealed record Refused(NegotiationRefusal Kind, string Sentence) : SessionStep;
}
