using System.Collections.Immutable;

namespace Control.Contract;

/// <summary>How many viewers streams have.</summary>
/// <param name="Viewers">Players of each stream whose media is connected, in the order of the question; none
/// where nobody answered.</param>
public sealed record ViewerCountResult(ImmutableArray<int> Viewers);
