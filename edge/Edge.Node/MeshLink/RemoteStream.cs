using System.Collections.Immutable;
using Control.Contract;
using Edge.Mesh;
using Edge.Mesh.Names;

namespace Edge.Node.MeshLink;

/// <summary>A stream that another node publishes.</summary>
/// <param name="Key">Its app and name.</param>
/// <param name="Claim">Who says that it has it.</param>
/// <param name="Offers">Its tracks.</param>
internal sealed record RemoteStream(
    StreamKey Key,
    StreamClaim Claim,
    ImmutableArray<RemoteOffer> Offers
)
{
    /// <summary>The tracks as this node takes them, once it does.</summary>
    public List<RemoteTrack> Tracks { get; } = [];

    /// <summary>A stream whose publisher goes from here to another node.</summary>
    /// <param name="key">Its app and name.</param>
    /// <param name="released">What this node claimed for it.</param>
    /// <param name="heir">The other node.</param>
    /// <param name="tracks">What is taken of it from there.</param>
    public static RemoteStream Moved(
        StreamKey key,
        in ClaimNotice released,
        NodeAddress heir,
        IEnumerable<RemoteTrack> tracks
    )
    {
        var moved = new RemoteStream(key, released.Claim.GoingOnAt(heir), []);
        moved.Tracks.AddRange(tracks);
        return moved;
    }
}
