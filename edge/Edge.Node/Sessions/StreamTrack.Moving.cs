using Edge.Mesh;
using Edge.Mesh.Exports;

namespace Edge.Node.Sessions;

/// <content>Publishers that come from another node, and go to one, while viewers stay. Threads: any.</content>
internal sealed partial class StreamTrack
{
    private readonly Naming _own;
    private Naming _naming;

    /// <summary>What a source of this node is called at every node that has the track.</summary>
    public SourceName NameOf(ushort epoch)
    {
        var naming = Volatile.Read(ref _naming);
        return new(naming.Life, unchecked((ushort)(epoch + naming.Shift)));
    }

    /// <summary>What its newest source of this node is called at every node that has the track.</summary>
    public SourceName NewestName =>
        Source is { } source ? source.Name : NameOf(unchecked((ushort)Volatile.Read(ref _epoch)));

    /// <summary>Puts a publisher's source behind the track that came from another node, or one that goes on after all.
    /// Viewers of the same run notice nothing: it has the same epoch here, whether that was another node's so far or is
    /// where the run came from. Those that follow are called as they would have been there.</summary>
    /// <remarks>Then tell the shards (<see cref="NodeState.GoOn"/>).</remarks>
    /// <param name="name">What the run is called (<see cref="TrackSource.Name"/> at the other node).</param>
    /// <param name="origin">Who takes its packets here.</param>
    /// <param name="section">The section of a session in which they come.</param>
    /// <param name="format">How they are to be read.</param>
    public TrackSource GoOn(SourceName name, ITrackOrigin origin, int section, TrackFormat format)
    {
        while (true)
        {
            var before = Source;
            var epoch = before?.Name == name ? before.Epoch : NextEpoch();
            Volatile.Write(
                ref _naming,
                new Naming(name.Life, unchecked((ushort)(name.Epoch - epoch)))
            );
            var source = new TrackSource(this, epoch, origin, section, format) { Name = name };
            if (TryReplaceSource(before, source))
            {
                return source;
            }
        }
    }

    /// <summary>Makes it known to other nodes as it was before it came here.</summary>
    /// <returns>As what it was known here before; null when it was not.</returns>
    public ExportedTrack? ReplaceExport(ExportedTrack exported) =>
        Interlocked.Exchange(ref _exported, exported);

    /// <summary>Other nodes know it no more as one of this node: it goes to another. What this node's publishers are called
    /// is its own again.</summary>
    /// <returns>As what they knew it; null when they did not.</returns>
    public ExportedTrack? EndExport()
    {
        Volatile.Write(ref _naming, _own);
        return Interlocked.Exchange(ref _exported, null);
    }

    /// <summary>How epochs of this node become those that others know.</summary>
    private sealed record Naming(ulong Life, ushort Shift);
}
