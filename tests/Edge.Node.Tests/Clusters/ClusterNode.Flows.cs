using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Primitives;

namespace Edge.Node.Tests.Clusters;

/// <content>Whose an address is: <see cref="NodeFlows{TSession}"/>, driven as <c>Shard.Flows</c> does.</content>
internal sealed partial class ClusterNode
{
    private readonly NodeFlows<NodeSession> _flows = new();
    private long _proofs;

    private bool TryFindSession(
        in NetworkAddress source,
        ReadOnlySpan<byte> datagram,
        [NotNullWhen(true)] out NodeSession? session
    )
    {
        if (Shard.TryReadFragment(datagram, out var fragment))
        {
            return _sessions.TryGetValue(TextOf(fragment), out session);
        }

        if (FlowStages.Of(datagram) == FlowStage.Established)
        {
            return _flows.TryFind(source, out session);
        }

        if (_flows.TryFindNewcomer(source, FlowStages.IsHandshake(datagram), out session))
        {
            return true;
        }

        return _flows.TryFind(source, out session)
            && !(_steering.TryFindOther(source, out _, Now) && _flows.IsHeld(source, Now));
    }

    private void NoteFlow(NodeSession session, in NetworkAddress source)
    {
        if (IsAnothers(session, source))
        {
            if (_flows.SetNewcomer(source, session))
            {
                _world.Tally.Newcomers++;
                Tell([source]);
            }

            return;
        }

        NoteRoute(session, source);
        SetFlow(session, source, ProofOf(session, source));
    }

    private void NoteProved(NodeSession session)
    {
        var client = session.Peer.Transport.Selected;
        if (!session.IsConnected || !session.Peer.Transport.Ice.IsValidated(client))
        {
            return;
        }

        NoteRoute(session, client);
        _proofs++;
        session.ProvedAt = Now;
        SetFlow(session, client, Now);
        _steering.Forget(client);
    }

    private void HoldFlow(NodeSession session, in NetworkAddress source)
    {
        if (
            session.IsConnected
            && session.Peer.Transport.Selected == source
            && _flows.Hold(source, session, Now)
        )
        {
            Tell([source]);
        }
    }

    private bool IsAnothers(NodeSession session, in NetworkAddress client)
    {
        var isProved =
            !_flows.IsOf(client, session)
            & (
                _flows.TryFindProof(client, out var provedAt, Now)
                || _steering.TryFindProof(client, out provedAt, Now)
            );
        isProved &= _world.Mutation != ClusterMutation.BelievesChecks;
        var ownAt = ProofOf(session, client);
        return isProved && (!ownAt.IsSet || FlowTable.IsYounger(provedAt, ownAt));
    }

    private Instant ProofOf(NodeSession session, in NetworkAddress client) =>
        session.IsConnected
        && session.Peer.Transport.Selected == client
        && session.Peer.Transport.MaySend(Now)
            ? session.ProvedAt
            : Instant.Never;

    private void SetFlow(NodeSession session, in NetworkAddress client, Instant provedAt)
    {
        if (_flows.Set(client, session, provedAt, out var former, Now))
        {
            Tell([client]);
            ForgetRoutes(former, client);
        }
    }

    private void NoteRoute(NodeSession session, in NetworkAddress source)
    {
        var displaced = session.Routes.Set(source, default, shard: 0);
        if (displaced != default)
        {
            ForgetFlow(session, displaced.Remote);
        }
    }

    private void ForgetFlow(NodeSession session, in NetworkAddress client)
    {
        if (_flows.Remove(client, session))
        {
            Tell([client], hasEnded: true);
        }
    }

    /// <summary>A session has no address any more.</summary>
    private void ForgetFlows(NodeSession session, bool isTold)
    {
        var clients = new NetworkAddress[SessionRoutes.RoutesMax];
        var count = session.Peer.Transport.Ice.CopyValidated(clients);
        foreach (var client in clients.AsSpan(0, count))
        {
            if (_flows.Remove(client, session) && isTold)
            {
                Tell([client], hasEnded: true);
            }
        }

        for (var index = 0; index < session.Routes.Count; index++)
        {
            _ = _flows.Remove(session.Routes[index].Remote, session);
        }
    }

    private void ReleaseFlow(FlowWord claim)
    {
        if (_flows.Yield(claim, out var session, Now))
        {
            Tell([claim.Client]);
        }

        ForgetRoutes(session, claim.Client);
    }

    private static void ForgetRoutes(NodeSession? session, in NetworkAddress client)
    {
        while (session is { IsWritten: false } && session.Routes.TryRemove(client, out _)) { }
    }
}
