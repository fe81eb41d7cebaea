using Edge.Mesh.Names;
using Edge.Mesh.Tests.Simulation.Tracks;

namespace Edge.Mesh.Tests.Simulation.Names;

/// <summary>A stream that another node publishes: Edge.Node's RemoteStream.</summary>
internal sealed record NodeRemoteStream(string Name, StreamClaim Claim, NodeOffer[] Offers)
{
    public List<NodeFeed> Tracks { get; } = [];
}
