using Edge.Mesh.Tests.Simulation.Tracks;

namespace Edge.Mesh.Tests.Simulation.Names;

/// <summary>What has to be done after a stream changed: Edge.Node's StreamChange.</summary>
internal sealed class NodeChange
{
    public List<NodeSession> Closing { get; } = [];

    public List<NodeSource> Ended { get; } = [];

    public List<NodeFeed> Left { get; } = [];

    public List<NodeFeed> Followed { get; } = [];

    public List<(NodeFeed Feed, NodeAddress Owner)> Moved { get; } = [];

    public List<NodeTrack> Retired { get; } = [];
}
