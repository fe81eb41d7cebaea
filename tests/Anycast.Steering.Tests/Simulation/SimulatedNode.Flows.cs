using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <content>Whose an address is: as <c>NodeFlows</c> and <c>Shard.Flows</c> of the node have it.</content>
internal sealed partial class SimulatedNode
{
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(7);

    private readonly Dictionary<NetworkAddress, SimulatedSession> _flows = [];
    private readonly Dictionary<NetworkAddress, SimulatedSession> _newcomers = [];
    private readonly Dictionary<NetworkAddress, Instant> _heldUntil = [];
    private long _proofs;

    private bool IsHeld(in NetworkAddress client) =>
        _flows.ContainsKey(client)
        && _heldUntil.TryGetValue(client, out var until)
        && _world.Now < until;

    /// <summary>What is told of a flow.</summary>
    private FlowWord WordOf(NetworkAddress client, bool isRepeated = false) =>
        IsHeld(client)
            ? new FlowWord(client, Shard: 0)
            {
                IsRepeated = isRepeated,
                Proof = FlowProof.Proved,
                ProvedAgo = _world.Now - _flows[client].ProvedAt,
            }
            : new FlowWord(client, Shard: 0) { IsRepeated = isRepeated, Proof = FlowProof.Asked };

    /// <summary>Takes a check of a session's client.</summary>
    private void Validate(in NetworkAddress client, SimulatedSession session)
    {
        if (IsAnothers(client, session))
        {
            var known = _newcomers.GetValueOrDefault(client);
            _newcomers[client] = session;
            if (known != session)
            {
                Tell([client]);
            }

            return;
        }

        Own(client, session);
    }

    private bool IsAnothers(in NetworkAddress client, SimulatedSession session)
    {
        if (_flows.GetValueOrDefault(client) == session)
        {
            return false;
        }

        var provedAt = IsHeld(client) ? _flows[client].ProvedAt : default;
        return (IsHeld(client) || _steerer.Flows.TryFindProof(client, out provedAt, _world.Now))
            && (session.Selected != client || FlowTable.IsYounger(provedAt, session.ProvedAt));
    }

    /// <summary>Takes something that only a session's client could send, by which it is proved to be there.</summary>
    private void Prove(in NetworkAddress client, SimulatedSession session)
    {
        if (session.Selected != client)
        {
            (session.Selected, session.ProvedAt) = (client, _world.Now);
            _proofs++;
            if (_steerer.Flows.TryFind(client, FlowStage.Opening, out var other, _world.Now))
            {
                _steerer.Flows.Remove(client, other);
            }
        }

        Own(client, session);
    }

    /// <summary>An address is a session's; others are told what they do not know.</summary>
    private void Own(in NetworkAddress client, SimulatedSession session)
    {
        var isNew = _flows.GetValueOrDefault(client) != session;
        if (isNew)
        {
            _flows[client] = session;
            _heldUntil.Remove(client);
            if (_newcomers.GetValueOrDefault(client) == session)
            {
                _newcomers.Remove(client);
            }
        }

        if (session.Selected == client)
        {
            isNew |= !IsHeld(client) || session.ProvedAt == _world.Now;
            _heldUntil[client] = _world.Now + HeldFor;
        }

        if (isNew)
        {
            Tell([client]);
        }
    }

    /// <summary>Lets go of a flow that another node claims, but for one that withstands.</summary>
    private void Release(in FlowWord claim)
    {
        var claimedAt = _world.Now - claim.ProvedAgo;
        var withstands =
            IsHeld(claim.Client)
            && (
                claim.Proof == FlowProof.Asked
                || FlowTable.IsYounger(_flows[claim.Client].ProvedAt, claimedAt)
                || (
                    claim.IsRepeated
                    && !FlowTable.IsYounger(claimedAt, _flows[claim.Client].ProvedAt)
                )
            );
        if (!withstands)
        {
            _flows.Remove(claim.Client);
        }
    }

    /// <summary>Finds the session that something is for that is no check; null when it is none's of this node.</summary>
    private SimulatedSession? FindSession(Datagram datagram)
    {
        var client = datagram.Source;
        var owner = _flows.GetValueOrDefault(client);
        if (datagram.Stage == FlowStage.Established)
        {
            return owner;
        }

        if (_newcomers.TryGetValue(client, out var newcomer) && newcomer.Selected is null)
        {
            return newcomer;
        }

        var isOthers =
            IsHeld(client) && _steerer.Flows.TryFind(client, FlowStage.Opening, out _, _world.Now);
        return isOthers ? null : owner;
    }
}
