namespace Control.Contract.Nodes;

/// <summary>Says that the node goes away.</summary>
/// <param name="Within">Time until sessions are ended that are still there.</param>
public sealed record GoAwayRequest(TimeSpan Within);
