using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Wire.Mesh;
using Edge.Wire.Payload;

namespace Edge.Node.MeshLink;

/// <summary>What another node says of a track of its own.</summary>
/// <param name="Token">Its name among nodes.</param>
/// <param name="Key">Whose it is.</param>
/// <param name="Name">Which publisher's run of it that is.</param>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Format">How its packets are to be read.</param>
/// <param name="Words">What each layer is like.</param>
internal sealed record RemoteOffer(
    TrackToken Token,
    DemandKey Key,
    SourceName Name,
    MediaKind Kind,
    TrackFormat Format,
    TrackInlet.LayerWord[] Words
)
{
    /// <summary>The track as this node takes it, behind what its viewers are attached to.</summary>
    /// <param name="stream">That.</param>
    /// <param name="shards">Shards of the node.</param>
    public RemoteTrack Take(StreamTrack stream, int shards) =>
        new(this, stream, stream.NextEpoch(), shards);

    /// <summary>The track as this node takes it from now on, when its publisher was here and viewers have seen it.</summary>
    /// <param name="stream">What viewers are attached to.</param>
    /// <param name="before">What they have seen.</param>
    /// <param name="shards">Shards of the node.</param>
    public RemoteTrack Continue(StreamTrack stream, TrackSource before, int shards) =>
        new(this, stream, before.Epoch, shards);
}
