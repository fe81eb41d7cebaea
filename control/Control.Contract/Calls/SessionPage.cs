using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>A page of an app's sessions.</summary>
/// <param name="Sessions">The sessions, in the order of their ids.</param>
/// <param name="Next">The id after which the next page begins; null on the last page.</param>
public sealed record SessionPage(ImmutableArray<CallsSessionState> Sessions, string? Next)
{
    /// <summary>Whether sessions may be missing because a node that could have some did not answer.</summary>
    public bool IsIncomplete { get; init; }
}
