using Anycast.Steering;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>Whose an address is, and who is told so.</content>
internal sealed partial class Shard
{
    /// <summary>How often packets of a client are taken for a sign that it is where it is sent to. Chosen: a look into a table a
    /// second, and several within <see cref="NodeFlows{TSession}.HeldFor"/>.</summary>
    private static readonly TimeSpan HoldInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often a client was proved to be somewhere.</summary>
    private long _proofs;

    /// <summary>Keeps which shard a validated flow of a session arrives at, and tells that shard.</summary>
    /// <remarks>What comes in at a session's own port needs no map.</remarks>
    [HotPath]
    private void NoteFlow(Session session, in Arrival arrival, Instant now)
    {
        var isShared = session.Port == ShardIo.SharedPort;
        if (isShared && IsAnothers(session, arrival.Source, now))
        {
            NoteNewcomer(session, arrival.Source);
            return;
        }

        NoteRoute(session, arrival);
        if (!isShared)
        {
            return;
        }

        SetFlow(session, arrival.Source, ProofOf(session, arrival.Source, now), now);
        if (arrival.Shard != Index)
        {
            // Said with each check, so that a lost message heals.
            Signal(
                arrival.Shard,
                new SignalMessage
                {
                    Kind = SignalKind.RouteAdded,
                    Session = session,
                    Address = arrival.Source,
                }
            );
        }
        else if (!_flows.TryGetValue(arrival.Source, out var known) || known != session)
        {
            _flows[arrival.Source] = session;
        }
    }

    /// <summary>Notes that a session's client is proved to be where it is sent to: whoever else claims that address loses it.</summary>
    private void NoteProved(Session session, Instant now)
    {
        var transport = session.Peer.Transport;
        var client = transport.Selected;
        if (
            session.State != SessionState.Connected
            || session.Port != ShardIo.SharedPort
            || !transport.Ice.IsValidated(client)
        )
        {
            return;
        }

        if (session.LastArrival.Source == client)
        {
            NoteRoute(session, session.LastArrival);
        }

        _proofs++;
        session.ProvedAt = now;
        SetFlow(session, client, now, now);
        if (_steering is { } steering && steering.TryFindOther(client, out _, now))
        {
            // What they said before, whose it is and who is new there, is not true any more; they hear of it.
            var word = new ShardCommand.ForgetFlow(client);
            foreach (var shard in _node.Shards)
            {
                shard.Post(word);
            }
        }
    }

    /// <summary>Notes that a packet came that only the session's client could send, and for the first time.</summary>
    private void HoldFlow(Session session, in NetworkAddress client, Instant now)
    {
        if (session.State != SessionState.Connected || session.Peer.Transport.Selected != client)
        {
            return;
        }

        session.HoldAt = now + HoldInterval;
        if (_node.Flows.Hold(client, session, now))
        {
            TellOthers(client, Index, hasEnded: false);
        }
    }

    /// <summary>Whether the client of another session, here or elsewhere, is proved to be at an address, and was so later than this
    /// one's, if that was.</summary>
    [HotPath]
    private bool IsAnothers(Session session, in NetworkAddress client, Instant now)
    {
        if (client.Connection != 0 || _node.Flows.IsOf(client, session))
        {
            return false;
        }

        var isProved =
            _node.Flows.TryFindProof(client, out var provedAt, now)
            || (_steering is { } steering && steering.TryFindProof(client, out provedAt, now));
        if (!isProved)
        {
            return false;
        }

        var ownAt = ProofOf(session, client, now);
        return !ownAt.IsSet || FlowTable.IsYounger(provedAt, ownAt);
    }

    /// <summary>Since when a session's client is proved to be where a check of it comes from; <see cref="Instant.Never"/> when it is
    /// not.</summary>
    [HotPath]
    private static Instant ProofOf(Session session, in NetworkAddress client, Instant now) =>
        session.State == SessionState.Connected
        && session.Peer.Transport.Selected == client
        && session.Peer.Transport.MaySend(now)
            ? session.ProvedAt
            : Instant.Never;

    /// <summary>Notes whose an address is, and tells the others.</summary>
    /// <param name="session">The session that validated it.</param>
    /// <param name="client">The address.</param>
    /// <param name="provedAt">Since when its client is proved to be there, if it is.</param>
    /// <param name="now">The time.</param>
    private void SetFlow(Session session, in NetworkAddress client, Instant provedAt, Instant now)
    {
        if (_node.Flows.Set(client, session, provedAt, out var former, now))
        {
            TellOthers(client, Index, hasEnded: false);
            ForgetFormer(former, client);
        }
    }

    /// <summary>A session validated an address where the client of another one is proved to be.</summary>
    private void NoteNewcomer(Session session, in NetworkAddress client)
    {
        if (_node.Flows.SetNewcomer(client, session))
        {
            TellOthers(client, Index, hasEnded: false);
        }
    }

    [HotPath]
    private void NoteRoute(Session session, in Arrival arrival)
    {
        var isFound = session.Routes.TryFind(arrival.Source, arrival.Local, out var index);
        if (isFound && session.Routes[index].Shard == arrival.Shard)
        {
            return;
        }

        if (isFound)
        {
            // It came to another shard before.
            ForgetFlow(session, session.Routes[index]);
        }

        var displaced = session.Routes.Set(arrival.Source, arrival.Local, arrival.Shard);
        if (displaced != default)
        {
            RemoveRoute(session, displaced);
        }
    }

    private void RemoveRoute(Session session, in SessionRoutes.Route route)
    {
        ForgetFlowOf(session, route.Remote);
        ForgetFlow(session, route);
    }

    /// <summary>An address is not a session's any more, as far as it was.</summary>
    private void ForgetFlowOf(Session session, in NetworkAddress client)
    {
        if (_node.Flows.Remove(client, session))
        {
            TellOthers(client, Index, hasEnded: true);
        }
    }

    /// <summary>A session is not new at any address any more.</summary>
    private void ForgetNewcomer(Session session, bool isTold)
    {
        Span<NetworkAddress> clients = stackalloc NetworkAddress[SessionRoutes.RoutesMax];
        var count = session.Peer.Transport.Ice.CopyValidated(clients);
        foreach (ref readonly var client in clients[..count])
        {
            if (_node.Flows.Remove(client, session) && isTold)
            {
                TellOthers(client, Index, hasEnded: true);
            }
        }
    }

    /// <summary>An address is not the session's any more: should it move, it does not claim it elsewhere.</summary>
    private void ForgetRoute(Session session, in NetworkAddress client)
    {
        if (session.OwnerShard != Index || session.IsOver || _node.Flows.IsOf(client, session))
        {
            return;
        }

        while (session.Routes.TryRemove(client, out _)) { }
    }

    /// <summary>A client's address is another session's from now on: no shard takes what comes from there for the former
    /// one's.</summary>
    private void ForgetFormer(Session? former, in NetworkAddress client)
    {
        if (former is null)
        {
            return;
        }

        foreach (var shard in _node.Shards)
        {
            shard.Post(new ShardCommand.RemoveRoute(former, client));
        }
    }

    /// <summary>Forgets a flow at the shard that receives it.</summary>
    private void ForgetFlow(Session session, in SessionRoutes.Route route)
    {
        if (route.Shard == Index)
        {
            RemoveFlow(session, route.Remote);
        }
        else
        {
            _node.Shards[route.Shard].Post(new ShardCommand.RemoveRoute(session, route.Remote));
        }
    }

    /// <summary>Forgets a flow unless another session has taken it over.</summary>
    private void RemoveFlow(Session session, in NetworkAddress address)
    {
        if (_flows.TryGetValue(address, out var known) && known == session)
        {
            _flows.Remove(address);
            EndConnection(address);
        }
    }
}
