using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>Decides where a datagram goes that no session of this node is known for.</summary>
/// <remarks>
/// A STUN check says whose it is by the owner code in its user name; everything else is known by its flow, which the
/// owner has told all nodes of its PoP. A code is believed only with its MAC, so that junk and forged codes cost a hash
/// and nothing is sent anywhere. Threads: one.
/// </remarks>
/// <param name="keys">The keys of owner codes.</param>
/// <param name="flows">What the owners have said.</param>
/// <param name="view">The PoP.</param>
public sealed class Steerer(PopKeyRing keys, FlowTable flows, PopView view)
{
    private PopView _view = view;

    /// <summary>What the owners have said.</summary>
    public FlowTable Flows => flows;

    /// <summary>Takes another view of the PoP; flows of nodes that are gone are forgotten.</summary>
    public void SetView(PopView next)
    {
        ArgumentNullException.ThrowIfNull(next);
        foreach (var peer in _view.Peers)
        {
            if (!next.Peers.Contains(peer))
            {
                flows.RemoveNode(peer);
            }
        }

        _view = next;
    }

    /// <summary>Steers a STUN check.</summary>
    /// <param name="fragment">The username fragment of ours that it names.</param>
    /// <param name="client">Where it came from; spreads checks over the owner's shards.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public SteeringDecision SteerCheck(
        ReadOnlySpan<byte> fragment,
        in NetworkAddress client,
        Instant now
    )
    {
        var status = OwnerCode.TryReadFragment(fragment, keys, out var code);
        if (status is not (OwnerCodeStatus.Ok or OwnerCodeStatus.UnknownKey))
        {
            return new(SteeringAction.Drop, SteeringReason.NoCode);
        }

        if (code.Pop != _view.Pop)
        {
            return new(SteeringAction.Drop, SteeringReason.OtherPop);
        }

        if (status != OwnerCodeStatus.Ok)
        {
            return new(SteeringAction.Drop, SteeringReason.NoCode);
        }

        if (code.Node == _view.Self)
        {
            return new(SteeringAction.Local, SteeringReason.OwnCode);
        }

        var owner = new FlowOwner(code.Node, unchecked((byte)client.Port));
        var decision = ToPeer(owner, SteeringReason.CodeOfPeer);
        if (decision.Action == SteeringAction.Forward)
        {
            flows.Guess(client, owner, now);
        }

        return decision;
    }

    /// <summary>Steers everything that is not STUN.</summary>
    [HotPath]
    public SteeringDecision SteerFlow(in NetworkAddress client, Instant now) =>
        flows.TryFind(client, out var owner, now)
            ? ToPeer(owner, SteeringReason.FlowOfPeer)
            : new(SteeringAction.Drop, SteeringReason.UnknownFlow);

    [HotPath]
    private SteeringDecision ToPeer(FlowOwner owner, SteeringReason reason)
    {
        foreach (var peer in _view.Peers)
        {
            if (peer == owner.Node)
            {
                return new(SteeringAction.Forward, reason, owner);
            }
        }

        return new(SteeringAction.Drop, SteeringReason.OwnerGone);
    }
}
