using Edge.Wire.Mesh;

namespace Edge.Mesh.Demand;

/// <summary>What a watching node has to do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Key">Whose track.</param>
/// <param name="Track">The track.</param>
/// <param name="Layer">The layer.</param>
public readonly record struct WatchEvent(
    WatchEventKind Kind,
    DemandKey Key,
    TrackToken Track,
    int Layer
);
