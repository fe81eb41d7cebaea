using Anycast.Steering;
using Edge.Primitives;

namespace Edge.Node.Steering;

/// <summary>What a shard needs to pass on what came for other nodes of its PoP.</summary>
/// <remarks>Threads: its shard.</remarks>
internal sealed class ShardSteering
{
    private readonly PopKeyRing _keys;
    private readonly PopKey _key;
    private readonly Steerer _steerer;
    private PopPeers _peers;

    /// <summary>Makes one.</summary>
    /// <param name="keys">The keys of the PoP.</param>
    /// <param name="peers">The other nodes of the PoP.</param>
    /// <param name="random">Seeds what has to be unguessable.</param>
    public ShardSteering(PopKeyRing keys, PopPeers peers, Prng random)
        : this(keys, peers, new FlowTable(random), new AdoptionTable()) { }

    /// <summary>Makes one with tables of the caller's.</summary>
    internal ShardSteering(
        PopKeyRing keys,
        PopPeers peers,
        FlowTable flows,
        AdoptionTable adoptions
    )
    {
        _keys = keys;
        _key = keys.FindCurrent(peers.View.Pop)!;
        _steerer = new Steerer(keys, flows, adoptions, peers.View);
        _peers = peers;
    }

    /// <summary>The number of this node.</summary>
    public ushort Self => _peers.View.Self;

    /// <summary>Finds where a node of the PoP takes what is passed on.</summary>
    public bool TryFindHop(ushort node, out NetworkAddress hop) => _peers.TryFindHop(node, out hop);

    /// <summary>Takes another view of the PoP.</summary>
    public void SetPeers(PopPeers peers)
    {
        _peers = peers;
        _steerer.SetView(peers.View);
    }

    /// <summary>Whether a datagram may still go to another PoP.</summary>
    public bool MayCross(in NetworkAddress client, int bytes, Instant now) =>
        _steerer.MayCross(client, bytes, now);

    /// <summary>Finds the owner of a flow in another PoP.</summary>
    public bool TryFindAcross(
        in NetworkAddress client,
        FlowStage stage,
        out FlowOwner owner,
        Instant now
    )
    {
        var decision = _steerer.SteerFlow(client, stage, now);
        owner = decision.Owner;
        return decision.Action == SteeringAction.Cross;
    }

    /// <summary>Finds since when the client of another node is proved to be at an address, as that one has said.</summary>
    [HotPath]
    public bool TryFindProof(in NetworkAddress client, out Instant provedAt, Instant now) =>
        _steerer.Flows.TryFindProof(client, out provedAt, now);

    /// <summary>Finds whom else an address may be of, as others have said.</summary>
    /// <param name="client">The address.</param>
    /// <param name="owner">Who is new there, else whose it is.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool TryFindOther(in NetworkAddress client, out FlowOwner owner, Instant now) =>
        _steerer.Flows.TryFind(client, FlowStage.Opening, out owner, now);

    /// <summary>Forgets what others have said of a flow: it is this node's.</summary>
    public void Forget(in NetworkAddress client) => _steerer.Flows.Forget(client);

    /// <summary>Takes what a node of another PoP said of a flow.</summary>
    public void Hear(FlowOwner owner, in FlowWord said, Instant now)
    {
        if (!said.HasEnded)
        {
            _steerer.Flows.Set(owner, said, now);
        }
        else
        {
            _steerer.Flows.Remove(said.Client, owner);
        }
    }

    /// <summary>Takes what another node said of flows; false when it makes no sense.</summary>
    public bool TryHear(ReadOnlySpan<byte> letter, Instant now) =>
        FlowLetter.TryApply(letter, _peers.View.Self, _steerer.Flows, now);

    /// <summary>Takes what another node said of sessions that it took over; false when it makes no sense.</summary>
    public bool TryHearAdoptions(ReadOnlySpan<byte> letter, Instant now) =>
        AdoptionLetter.TryApply(
            letter,
            _peers.View.Self,
            AdoptedName.Fragment,
            _steerer.Adoptions,
            now
        );

    /// <summary>Decides whom a datagram is passed on to; false when to nobody, for the decision's reason.</summary>
    /// <param name="fragment">The username fragment of ours, for a STUN check; else empty.</param>
    /// <param name="stage">What anything else is.</param>
    /// <param name="client">Where it came from.</param>
    /// <param name="decision">Whose it is, and why.</param>
    /// <param name="hop">Where it is to be sent.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool TrySteer(
        ReadOnlySpan<byte> fragment,
        FlowStage stage,
        in NetworkAddress client,
        out SteeringDecision decision,
        out NetworkAddress hop,
        Instant now
    )
    {
        hop = default;
        decision = fragment.IsEmpty
            ? _steerer.SteerFlow(client, stage, now)
            : _steerer.SteerCheck(fragment, client, now);
        return decision.Action == SteeringAction.Forward
            && _peers.TryFindHop(decision.Owner.Node, out hop);
    }

    /// <summary>Decides whom a datagram is passed on to that another node passed on, for a session that is not here; false when to
    /// nobody, as whenever that one had it passed on, too.</summary>
    /// <param name="fragment">The username fragment of ours, for a STUN check; else empty.</param>
    /// <param name="stage">What anything else is.</param>
    /// <param name="header">What stood before it.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="hop">Where it is to be sent.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool TrySteerOn(
        ReadOnlySpan<byte> fragment,
        FlowStage stage,
        in HopHeader header,
        out FlowOwner owner,
        out NetworkAddress hop,
        Instant now
    )
    {
        hop = default;
        owner = default;
        if (header.IsOnward)
        {
            return false;
        }

        var decision = _steerer.SteerOn(fragment, header.Client, stage, header.Node, now);
        owner = decision.Owner;
        return decision.Action == SteeringAction.Forward && _peers.TryFindHop(owner.Node, out hop);
    }

    /// <summary>Writes a datagram as it is passed on to its owner; the length, 0 when it does not fit.</summary>
    /// <param name="destination">Where it is written.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="client">Where it came from.</param>
    /// <param name="local">Where it was sent to; empty where there is only one address.</param>
    /// <param name="datagram">The datagram.</param>
    /// <param name="isOnward">Whether another node passed it on to this one.</param>
    [HotPath]
    public int Write(
        Span<byte> destination,
        FlowOwner owner,
        in NetworkAddress client,
        in NetworkAddress local,
        ReadOnlySpan<byte> datagram,
        bool isOnward = false
    ) =>
        HopDatagram.Write(
            destination,
            new HopHeader(_peers.View.Self, owner.Shard, client, local, isOnward),
            datagram,
            _key
        );

    /// <summary>Reads what another node passed on; false when it is none of this PoP's.</summary>
    [HotPath]
    public bool TryRead(ReadOnlySpan<byte> datagram, out HopHeader header, out Range payload) =>
        HopDatagram.TryRead(datagram, _key.Pop, _keys, out header, out payload)
        && datagram[payload].Length > 0;
}
