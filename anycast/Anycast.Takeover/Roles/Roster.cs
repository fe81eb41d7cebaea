using Anycast.Takeover.Voting;
using Edge.Primitives;

namespace Anycast.Takeover.Roles;

/// <summary>The processes of the PoP, as whoever watches them tells it. It may be wrong: only gaps come of that.</summary>
internal sealed class Roster(ushort self, ulong life)
{
    private readonly SortedDictionary<ushort, Peer> _peers = [];

    /// <summary>The others, by number.</summary>
    public IReadOnlyDictionary<ushort, Peer> Peers => _peers;

    /// <summary>A process is there; false when that is no news.</summary>
    public bool Set(ushort node, ulong peerLife, PeerRole role)
    {
        var peer = new Peer(peerLife, role, Instant.Never);
        if (node == self || (_peers.TryGetValue(node, out var known) && known == peer))
        {
            return false;
        }

        _peers[node] = peer;
        return true;
    }

    /// <summary>A process is not there any more; false when that is no news.</summary>
    public bool Lose(ushort node, Instant now)
    {
        if (!_peers.TryGetValue(node, out var peer) || !peer.IsThere)
        {
            return false;
        }

        _peers[node] = peer with { LostAt = now };
        return true;
    }

    /// <summary>Whether the process that gave a seat out is there.</summary>
    public bool IsThere(VoterId id) =>
        id.Node == self
            ? id.Life == life
            : _peers.TryGetValue(id.Node, out var peer) && peer.IsThere && peer.Life == id.Life;

    /// <summary>Whether the process of another node that gave a seat out is there, and will be.</summary>
    public bool IsStaying(VoterId id) =>
        id.Node != self && IsThere(id) && _peers[id.Node].Role != PeerRole.Leaving;

    /// <summary>Whether the process that gave a seat out has ended: another one has its number.</summary>
    public bool HasEnded(VoterId id) =>
        !_peers.TryGetValue(id.Node, out var peer) || peer.Life != id.Life;

    /// <summary>Whether a seat should be another's: its process is gone for good, or for so long, or drains.</summary>
    public bool IsToReplace(VoterId id, Instant now, TimeSpan after)
    {
        if (id.Node == self)
        {
            return id.Life != life;
        }

        if (!_peers.TryGetValue(id.Node, out var peer) || peer.Life != id.Life)
        {
            return true;
        }

        return peer.Role == PeerRole.Leaving || (!peer.IsThere && now >= peer.LostAt + after);
    }

    /// <summary>A process.</summary>
    public readonly record struct Peer(ulong Life, PeerRole Role, Instant LostAt)
    {
        /// <summary>Whether it is there.</summary>
        public bool IsThere => !LostAt.IsSet;
    }
}
