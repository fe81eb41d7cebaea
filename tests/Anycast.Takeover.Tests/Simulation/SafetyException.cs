namespace Anycast.Takeover.Tests.Simulation;

/// <summary>The checker saw what must never be.</summary>
public sealed class SafetyException(string message) : Exception(message);
