namespace Anycast.Health;

/// <summary>A change of what is announced, with its reason.</summary>
public readonly record struct HealthDecision(HealthAction Action, HealthReason Reason);
