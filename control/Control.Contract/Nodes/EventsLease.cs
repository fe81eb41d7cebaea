namespace Control.Contract.Nodes;

/// <summary>Events come, for a while.</summary>
/// <param name="Lease">How long.</param>
/// <param name="IsNew">Whether they begin now: they did not come before, or not any more.</param>
public sealed record EventsLease(TimeSpan Lease, bool IsNew);
