using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;

namespace Edge.Node.MeshLink;

/// <summary>What the mesh's thread is asked or told. Nothing here happens for each packet; messages of data
/// channels are <see cref="Channels.ChannelCommand"/>.</summary>
internal abstract record MeshCommand
{
    private readonly Func<Exception, bool>? _fail;

    /// <summary>Makes one.</summary>
    /// <param name="fail">Tells who waits for it that it was not done; null where nobody does.</param>
    private protected MeshCommand(Func<Exception, bool>? fail = null) => _fail = fail;

    /// <summary>Tells who waits for it, if anybody does, that it was not done. Threads: any.</summary>
    public void Fail(Exception error) => _ = _fail?.Invoke(error);

    /// <summary>A track of this node may be watched elsewhere from now on.</summary>
    internal sealed record Export(ExportedTrack Track) : MeshCommand;

    /// <summary>A track of this node is gone for good.</summary>
    internal sealed record Withdraw(ExportedTrack Track) : MeshCommand;

    /// <summary>A shard says how the layers of an exported track are.</summary>
    internal sealed record NoteLayers(ExportedTrack Track, ExportedLayers Layers) : MeshCommand;

    /// <summary>A track of another node is wanted here.</summary>
    internal sealed record Watch(RemoteTrack Track) : MeshCommand;

    /// <summary>Nobody here wants a track of another node any more.</summary>
    internal sealed record Unwatch(RemoteTrack Track) : MeshCommand;

    /// <summary>Viewers here watch other layers than before.</summary>
    internal sealed record LookAtWanted(RemoteTrack Track) : MeshCommand;

    /// <summary>Viewers here need a key frame.</summary>
    internal sealed record WantKeyFrame(RemoteTrack Track, int Layer) : MeshCommand;

    /// <summary>Another node says what it wants.</summary>
    internal sealed record Demand(DemandKey Of, byte[] Bytes) : MeshCommand;

    /// <summary>A track of another node is sent by another one of its PoP.</summary>
    internal sealed record HandOver(RemoteTrack Track, NodeAddress Owner) : MeshCommand;

    /// <summary>A track of this node goes to another one; what that one has to know completes it.</summary>
    internal sealed record Release(
        ExportedTrack Track,
        SourceName Name,
        TrackWatcher? Follower,
        TaskCompletionSource<ExportMemory> Done
    ) : MeshCommand(Done.TrySetException);

    /// <summary>Another node has a track that was released.</summary>
    internal sealed record TellMoved(ExportMemory Memory, ExportedSource Source, NodeAddress Heir)
        : MeshCommand;

    /// <summary>A track comes to this node from another one.</summary>
    internal sealed record Resume(
        ExportedTrack Track,
        ExportMemory Memory,
        TaskCompletionSource Done
    ) : MeshCommand(Done.TrySetException);

    /// <summary>A track of this node goes on at another one: its viewers here take it from there.</summary>
    internal sealed record Prepare(RemoteTrack Track, TaskCompletionSource Done)
        : MeshCommand(Done.TrySetException);

    /// <summary>A bus is connected again.</summary>
    internal sealed record Reconnected : MeshCommand;
}
