namespace Control.Contract.Calls;

/// <summary>Which layer of a simulcast track a viewer wants.</summary>
/// <param name="PreferredRid">The layer; empty or null for the best live one.</param>
/// <param name="HasPriorityOrder">Whether the server may step down under congestion, rids in alphabetical
/// order from the best ("priorityOrdering": "asciibetical").</param>
/// <param name="HasFallback">Whether the next rid in alphabetical order takes the place of a missing one
/// ("ridNotAvailable": "asciibetical"); else nothing is sent meanwhile.</param>
public sealed record SimulcastChoice(string? PreferredRid, bool HasPriorityOrder, bool HasFallback);
