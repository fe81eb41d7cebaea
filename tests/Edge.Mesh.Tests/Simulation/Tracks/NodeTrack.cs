using Edge.Mesh.Exports;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>A track of a stream, whoever publishes it: Edge.Node's StreamTrack, on a node of one shard.</summary>
internal sealed class NodeTrack(string stream)
{
    private ushort _epoch;

    public string Stream => stream;

    public NodeSource? Source { get; set; }

    public NodeFeed? Feed { get; set; }

    public NodeReplica? Replica { get; set; }

    public ExportedTrack? Exported { get; set; }

    /// <summary>The layers that go to other nodes.</summary>
    public uint Carried { get; set; }

    /// <summary>The layers that viewers of this node are sent or wait for.</summary>
    public uint Wanted { get; set; }

    public bool IsRetired { get; set; }

    public ushort NextEpoch() => unchecked(++_epoch);
}
