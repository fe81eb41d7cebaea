namespace Edge.Hosting.Settings.Limits;

/// <summary>One limit of <see cref="CallsLimits"/>: its name on the wire and in EDGE_LIMITS.</summary>
/// <param name="Name">The name.</param>
/// <param name="Min">The lowest value that works.</param>
/// <param name="Max">The highest one.</param>
/// <param name="Read">Reads it.</param>
/// <param name="Change">Changes it.</param>
/// <param name="IsOfNode">Whether the media node keeps it, and not control.</param>
public sealed record CallsLimit(
    string Name,
    int Min,
    int Max,
    Func<CallsLimits, int> Read,
    Func<CallsLimits, int, CallsLimits> Change,
    bool IsOfNode = false
);
