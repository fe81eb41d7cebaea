using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>Spreads groups over the nodes that would take them, as far as each has room.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="peers">The nodes.</param>
internal sealed class HandOverChoice(ImmutableArray<HandOverPeer> peers)
{
    private readonly int[] _room = [.. peers.Select(peer => peer.Room)];
    private readonly Lock _lock = new();

    /// <summary>Whether any node has room for so many.</summary>
    /// <param name="sessions">How many.</param>
    /// <param name="mustBeHere">Whether only those count to which TCP connections can be given.</param>
    public bool HasRoom(int sessions, bool mustBeHere = false)
    {
        lock (_lock)
        {
            for (var index = 0; index < _room.Length; index++)
            {
                if (_room[index] >= sessions && (peers[index].IsHere || !mustBeHere))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Chooses a node for a group by rendezvous hashing and takes the room there.</summary>
    /// <param name="sessionId">The id of the group's first session.</param>
    /// <param name="sessions">How many sessions it has.</param>
    /// <param name="peer">The node.</param>
    /// <param name="mustBeHere">Whether it has to be one to which TCP connections can be given.</param>
    /// <returns>False when no node has room for all of it.</returns>
    public bool TryChoose(
        string sessionId,
        int sessions,
        [NotNullWhen(true)] out HandOverPeer? peer,
        bool mustBeHere = false
    )
    {
        lock (_lock)
        {
            return TryChooseAlone(sessionId, sessions, mustBeHere, out peer);
        }
    }

    /// <summary>A node refused a group, or did not answer: it is not chosen any more.</summary>
    public void Exclude(HandOverPeer peer)
    {
        lock (_lock)
        {
            var index = peers.IndexOf(peer);
            if (index >= 0)
            {
                _room[index] = 0;
            }
        }
    }

    private bool TryChooseAlone(
        string sessionId,
        int sessions,
        bool mustBeHere,
        [NotNullWhen(true)] out HandOverPeer? peer
    )
    {
        var best = -1;
        ulong bestWeight = 0;
        for (var index = 0; index < _room.Length; index++)
        {
            if (_room[index] < sessions || (mustBeHere && !peers[index].IsHere))
            {
                continue;
            }

            var weight = Rendezvous.Weight(sessionId, peers[index].Node);
            if (
                best < 0
                || weight > bestWeight
                || (weight == bestWeight && peers[index].Node < peers[best].Node)
            )
            {
                best = index;
                bestWeight = weight;
            }
        }

        peer = best < 0 ? null : peers[best];
        if (peer is not null)
        {
            _room[best] -= sessions;
        }

        return peer is not null;
    }
}
