using Edge.Mesh.Exports;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>A track of a stream, whoever publishes it: Edge.Node's StreamTrack, on a node of one shard.</summary>
internal sealed class NodeTrack(string stream, ulong life)
{
    private ushort _epoch;
    private SourceName _first = new(life, 0);

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

    /// <summary>What a source of this node is called by others.</summary>
    public SourceName NameOf(ushort epoch) =>
        _first with
        {
            Epoch = unchecked((ushort)(_first.Epoch + epoch)),
        };

    /// <summary>Sources of this node are called as those of the one that had the track.</summary>
    public void GoOn(SourceName name, ushort epoch) =>
        _first = name with { Epoch = unchecked((ushort)(name.Epoch - epoch)) };

    public ushort NextEpoch() => unchecked(++_epoch);
}
