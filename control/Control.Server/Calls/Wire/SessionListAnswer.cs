namespace Control.Server.Calls.Wire;

/// <summary>A page of an app's sessions, in the order of their ids.</summary>
internal sealed record SessionListAnswer(IReadOnlyList<SessionAnswer> Sessions)
{
    /// <summary>What to ask for with `after`; not there on the last page.</summary>
    public string? Next { get; init; }

    /// <summary>There, and true, when some may be missing because a node did not answer in time.</summary>
    public bool? Incomplete { get; init; }
}
