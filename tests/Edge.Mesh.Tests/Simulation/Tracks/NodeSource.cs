using Edge.Mesh.Exports;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>One publisher of a track: Edge.Node's TrackSource.</summary>
internal sealed class NodeSource
{
    public NodeSource(
        NodeTrack track,
        ushort epoch,
        object origin,
        NodeFormat format,
        SourceName? name = null
    )
    {
        Track = track;
        Epoch = epoch;
        Origin = origin;
        Format = format;
        Exported = new ExportedSource(name ?? track.NameOf(epoch), format.Description);
    }

    public NodeTrack Track { get; }

    public ushort Epoch { get; }

    /// <summary>A <see cref="NodeSession"/> of this node, or a <see cref="NodeFeed"/> of another.</summary>
    public object Origin { get; }

    public NodeFormat Format { get; }

    public ExportedSource Exported { get; }

    public ReadOnlySpan<Rid> Rids => Format.Rids.AsSpan();

    public bool IsNewerThan(NodeSource? other) =>
        other is null || unchecked((short)(Epoch - other.Epoch)) > 0;
}
