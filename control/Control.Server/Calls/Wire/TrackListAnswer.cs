namespace Control.Server.Calls.Wire;

/// <summary>The tracks that a page of an app's sessions publishes.</summary>
internal sealed record TrackListAnswer(IReadOnlyList<TrackAnswer> Tracks)
{
    /// <summary>What to ask for with `after`; not there on the last page.</summary>
    public string? Next { get; init; }

    /// <summary>There, and true, when some may be missing because a node did not answer in time.</summary>
    public bool? Incomplete { get; init; }
}
