namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>What a step leads to.</summary>
/// <param name="State">The session after it.</param>
/// <param name="Change">What to tell.</param>
internal sealed record StepResult(SessionState State, SessionChange Change);
