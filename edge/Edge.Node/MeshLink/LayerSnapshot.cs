using Edge.Node.Sessions;

namespace Edge.Node.MeshLink;

/// <summary>What the shard that takes a track's packets knows of its layers at a moment.</summary>
/// <param name="Source">The publisher's track.</param>
/// <param name="Words">What each layer is like.</param>
/// <param name="Reports">Each layer's last sender report; zero without one.</param>
internal sealed record LayerSnapshot(
    TrackSource Source,
    TrackInlet.LayerWord[] Words,
    TrackInlet.LayerReport[] Reports
);
