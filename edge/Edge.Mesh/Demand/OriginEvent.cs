using Edge.Wire.Mesh;

namespace Edge.Mesh.Demand;

/// <summary>What the owner of a track has to do for those who watch it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Track">The track.</param>
/// <param name="Layers">Which layers, one bit each.</param>
/// <param name="Watcher">For whom, where it is for one alone.</param>
/// <param name="App">The app of the track.</param>
public readonly record struct OriginEvent(
    OriginEventKind Kind,
    TrackToken Track,
    uint Layers,
    NodeAddress Watcher,
    string App
);
