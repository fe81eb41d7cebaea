using Edge.Forwarding.KeyFrames;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>Where a track's packets come in: Edge.Node's TrackInlet.</summary>
internal sealed class NodeInlet(NodeSource source)
{
    /// <summary>Source: TrackInlet.KeyFrameInterval.</summary>
    private static readonly TimeSpan KeyFrameInterval = TimeSpan.FromMilliseconds(500);

    public NodeSource Source => source;

    public KeyFrameRequester KeyFrames { get; } = new(source.Rids.Length, KeyFrameInterval);

    /// <summary>What was last said of each layer; null before.</summary>
    public MeshLayerState?[] Words { get; } = new MeshLayerState?[source.Rids.Length];
}
