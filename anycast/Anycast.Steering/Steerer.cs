using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>Decides where a datagram goes that no session of this node is known for.</summary>
/// <remarks>
/// A STUN check says whose it is by the owner code in its user name; everything else is known by its flow, which the
/// owner has told all nodes of its PoP. A code is believed only with its MAC, so that junk and forged codes cost a hash
/// and nothing is sent anywhere. The code of another PoP cannot be checked here where its key is not known: such checks go
/// there, <see cref="CrossingChecksMax"/> a second at most, and their flows follow, within bounds, once the owner has said that it
/// believes them.
/// A session whose node has left is another's, which has told all nodes of the PoP so, and whose it is goes before what its code
/// says. So may be somebody's who does not know yet: what was passed on to a node that has given the session away goes on
/// from there, once.
/// Threads: one.
/// </remarks>
/// <param name="keys">The keys of owner codes.</param>
/// <param name="flows">What the owners have said.</param>
/// <param name="adoptions">What those have said who took sessions over: of fragments.</param>
/// <param name="view">The PoP.</param>
public sealed class Steerer(PopKeyRing keys, FlowTable flows, AdoptionTable adoptions, PopView view)
{
    /// <summary>Checks a second that go to other PoPs. Chosen: what 2500 clients send whose routes flip at once; 1.5
    /// Mbit/s.</summary>
    public const int CrossingChecksMax = 1000;

    /// <summary>Those of one address. Chosen: what a hundred clients behind one NAT send.</summary>
    public const int CrossingChecksOfSourceMax = 50;

    /// <summary>Bytes a second of one flow that go to other PoPs. Chosen: 25 Mbit/s, more than any publisher's camera.</summary>
    public const int CrossingFlowBytesMax = 3_125_000;

    /// <summary>Bytes a second of all flows that go to other PoPs. Chosen: 100 Mbit/s, so that the media of rooms, which takes
    /// the same connection, has room beside them.</summary>
    public const int CrossingBytesMax = 12_500_000;

    private readonly SourceAllowance _checks = new(CrossingChecksMax, CrossingChecksOfSourceMax);
    private Allowance _bytes;
    private PopView _view = view;

    /// <summary>What the owners have said.</summary>
    public FlowTable Flows => flows;

    /// <summary>What those have said who took sessions over.</summary>
    public AdoptionTable Adoptions => adoptions;

    /// <summary>Takes another view of the PoP; flows and sessions of nodes that are gone are forgotten.</summary>
    public void SetView(PopView next)
    {
        ArgumentNullException.ThrowIfNull(next);
        foreach (var peer in _view.Peers)
        {
            if (!next.Peers.Contains(peer))
            {
                flows.RemoveNode(peer);
                adoptions.RemoveNode(peer);
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
        var status = OwnerCode.TryReadFragment(fragment, keys, out var code, out var mark);
        if (status is not (OwnerCodeStatus.Ok or OwnerCodeStatus.UnknownKey))
        {
            return new(SteeringAction.Drop, SteeringReason.NoCode);
        }

        if (code.Pop != _view.Pop)
        {
            return SteerAcross(code, client, now);
        }

        if (status != OwnerCodeStatus.Ok)
        {
            return new(SteeringAction.Drop, SteeringReason.NoCode);
        }

        var spread = unchecked((byte)client.Port);
        if (adoptions.TryFind(mark, out var holder, now) && IsPeer(holder))
        {
            return Forward(client, new(holder, spread), SteeringReason.AdoptedByPeer, now);
        }

        return code.Node == _view.Self ? new(SteeringAction.Local, SteeringReason.OwnCode)
            : IsPeer(code.Node)
                ? Forward(client, new(code.Node, spread), SteeringReason.CodeOfPeer, now)
            : new(SteeringAction.Drop, SteeringReason.OwnerGone);
    }

    /// <summary>Steers everything that is not a STUN check.</summary>
    /// <param name="client">Where it came from.</param>
    /// <param name="stage">What it is.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public SteeringDecision SteerFlow(in NetworkAddress client, FlowStage stage, Instant now) =>
        flows.TryFind(client, stage, out var owner, now)
            ? ToPeer(owner, SteeringReason.FlowOfPeer)
            : new(SteeringAction.Drop, SteeringReason.UnknownFlow);

    /// <summary>Steers what another node of this PoP passed on for a session that is not here: to the node that has it now, if this
    /// one was told which. That is where its way ends.</summary>
    /// <param name="fragment">The username fragment of ours, for a STUN check; else empty.</param>
    /// <param name="client">Where it came from.</param>
    /// <param name="stage">What anything else is.</param>
    /// <param name="from">Who passed it on: it never goes back.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public SteeringDecision SteerOn(
        ReadOnlySpan<byte> fragment,
        in NetworkAddress client,
        FlowStage stage,
        ushort from,
        Instant now
    )
    {
        FlowOwner owner;
        var reason = SteeringReason.FlowOfPeer;
        if (fragment.IsEmpty)
        {
            if (!flows.TryFind(client, stage, out owner, now) || owner.OtherPop is not null)
            {
                return new(SteeringAction.Drop, SteeringReason.UnknownFlow);
            }
        }
        else if (
            OwnerCode.TryReadFragment(fragment, keys, out _, out var mark) == OwnerCodeStatus.Ok
            && adoptions.TryFind(mark, out var holder, now)
        )
        {
            owner = new FlowOwner(holder, unchecked((byte)client.Port));
            reason = SteeringReason.AdoptedByPeer;
        }
        else
        {
            return new(SteeringAction.Drop, SteeringReason.OwnerGone);
        }

        return owner.Node != from && IsPeer(owner.Node)
            ? new(SteeringAction.Forward, reason, owner)
            : new(SteeringAction.Drop, SteeringReason.OwnerGone);
    }

    /// <summary>Whether a datagram that is decided to go to another PoP may still do so.</summary>
    /// <param name="client">Where it came from.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool MayCross(in NetworkAddress client, int bytes, Instant now) =>
        flows.TrySpend(client, bytes, CrossingFlowBytesMax, now)
        && _bytes.TryTake(bytes, CrossingBytesMax, now);

    [HotPath]
    private SteeringDecision SteerAcross(OwnerCode code, in NetworkAddress client, Instant now)
    {
        // Whose flow the owner has said to be its own need not share with strangers.
        var owner = new FlowOwner(code.Node, unchecked((byte)client.Port)) { OtherPop = code.Pop };
        var isKnown =
            flows.TryFind(client, out var known, now)
            && known.OtherPop == code.Pop
            && known.Node == code.Node;
        if (!isKnown && !_checks.TryTake(client, now))
        {
            return new(SteeringAction.Drop, SteeringReason.TooManyOfOtherPops);
        }

        return new(SteeringAction.Cross, SteeringReason.CodeOfOtherPop, owner);
    }

    /// <summary>Sends a check to its owner; what the client sends behind it goes there, too.</summary>
    [HotPath]
    private SteeringDecision Forward(
        in NetworkAddress client,
        FlowOwner owner,
        SteeringReason reason,
        Instant now
    )
    {
        flows.Guess(client, owner, now);
        return new(SteeringAction.Forward, reason, owner);
    }

    [HotPath]
    private SteeringDecision ToPeer(FlowOwner owner, SteeringReason reason) =>
        owner.OtherPop is not null ? new(SteeringAction.Cross, SteeringReason.FlowOfOtherPop, owner)
        : IsPeer(owner.Node) ? new(SteeringAction.Forward, reason, owner)
        : new(SteeringAction.Drop, SteeringReason.OwnerGone);

    [HotPath]
    private bool IsPeer(ushort node)
    {
        foreach (var peer in _view.Peers)
        {
            if (peer == node)
            {
                return true;
            }
        }

        return false;
    }
}
