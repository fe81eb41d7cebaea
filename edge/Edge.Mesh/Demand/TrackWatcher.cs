using Edge.Primitives;

namespace Edge.Mesh.Demand;

/// <summary>A node that watches a track, and what it takes of it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Life">Which life of it.</param>
/// <param name="Layers">The layers, one bit each.</param>
/// <param name="Ceiling">The most that it can use.</param>
public readonly record struct TrackWatcher(
    NodeAddress Node,
    ulong Life,
    uint Layers,
    Bitrate Ceiling
);
