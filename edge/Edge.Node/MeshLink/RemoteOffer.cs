using Edge.Mesh.Demand;
using Edge.Node.Sessions;
using Edge.Wire.Mesh;
using Edge.Wire.Payload;

namespace Edge.Node.MeshLink;

/// <summary>What another node says of a track of its own.</summary>
/// <param name="Token">Its name among nodes.</param>
/// <param name="Key">Whose it is.</param>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Format">How its packets are to be read.</param>
/// <param name="Words">What each layer is like.</param>
internal sealed record RemoteOffer(
    TrackToken Token,
    DemandKey Key,
    MediaKind Kind,
    TrackFormat Format,
    TrackInlet.LayerWord[] Words
)
{
    /// <summary>The track as this node takes it, behind what its viewers are attached to.</summary>
    /// <param name="stream">That.</param>
    /// <param name="shards">Shards of the node.</param>
    public RemoteTrack Take(StreamTrack stream, int shards) =>
        new(Token, Key, stream, Format, (int)((uint)Token.GetHashCode() % (uint)shards))
        {
            Words = Words,
        };
}
