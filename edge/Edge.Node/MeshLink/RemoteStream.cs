using System.Collections.Immutable;
using Control.Contract;
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
}
