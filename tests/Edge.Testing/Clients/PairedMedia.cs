using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Testing.Clients;

/// <summary>What a node and a client agreed on (<see cref="SimulatedPeers.CreatePair"/>).</summary>
/// <param name="Node">The node's candidate.</param>
public sealed record PairedMedia(NetworkAddress Node)
{
    /// <summary>What the client sends. Default nothing.</summary>
    public ImmutableArray<MediaAgreement> ToNode { get; init; } = [];

    /// <summary>What the node sends. Default nothing.</summary>
    public ImmutableArray<MediaAgreement> ToClient { get; init; } = [];
}
