using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Testing.Network;

namespace Edge.Node.Tests.Takeover.Keeping;

/// <summary>A node's side of a session and its client, in virtual time: without keys until they have met.</summary>
internal sealed class KeptPair : IDisposable
{
    private static readonly NetworkAddress NodeAddress = NetworkAddress.FromIPv4(0xC6336401, 7000);
    private static readonly NetworkAddress ClientAddress = NetworkAddress.FromIPv4(
        0xCB007105,
        40000
    );

    private readonly Simulation _simulation = new(seed: 1);
    private readonly MediaClient _node;
    private readonly MediaClient _client;

    public KeptPair()
    {
        var random = Prng.FromNumber(1);
        var (node, client) = SimulatedPeers.CreatePair(
            SimulatedPeers.Factory(random, _simulation.Now),
            SimulatedPeers.Factory(random, _simulation.Now),
            new(NodeAddress),
            random,
            _simulation.Now
        );
        _node = new MediaClient(node);
        _client = new MediaClient(client);
        _ = _simulation.Add("node", NodeAddress, _node);
        _ = _simulation.Add("client", ClientAddress, _client);
    }

    /// <summary>The node's side.</summary>
    public Peer Peer => _node.Peer;

    /// <summary>What is granted to the node's side.</summary>
    public PeerTransport Transport => Peer.Transport;

    /// <summary>Has them meet, so that there are keys.</summary>
    public void Connect() =>
        _simulation.RunUntil(() => _node.ConnectedAt.IsSet, TimeSpan.FromSeconds(20));

    /// <summary>The last index that the node's side may use; null while it knows nothing of those.</summary>
    public long? Granted(IndexSpace space, Ssrc ssrc = default)
    {
        List<IndexUse> uses = [];
        Transport.ListIndices(uses);
        return uses.Where(use => use.Granted.Space == space && use.Granted.Ssrc == ssrc)
            .Select(use => (long?)use.Granted.Last)
            .SingleOrDefault();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _node.Dispose();
        _client.Dispose();
    }
}
