namespace Edge.Mesh.Paths;

/// <summary>What came over a path in a while.</summary>
/// <param name="Bytes">Of all frames, also of those that were worthless.</param>
/// <param name="Transit">How long the quickest of them was on its way, by the clocks of two nodes;
/// <see cref="TimeSpan.MaxValue"/> when none came.</param>
/// <param name="HasReplay">Whether any of it came out of a cache, for somebody who begins to watch.</param>
public readonly record struct PathSample(long Bytes, TimeSpan Transit, bool HasReplay = false)
{
    /// <summary>Whether nothing came.</summary>
    public bool IsEmpty => Transit == TimeSpan.MaxValue;
}
