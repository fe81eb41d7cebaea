using Anycast.Steering;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Transport;

namespace Edge.Node.Shards;

/// <content>Datagrams that came to the wrong node of the PoP: passed on to their owner, in one hop.</content>
internal sealed partial class Shard
{
    /// <summary>No socket of a node that passes nothing on.</summary>
    private const int NoPort = int.MinValue;

    private ShardSteering? _steering;
    private int _hopPort = NoPort;

    /// <summary>Begins to decide about what is for other nodes. Comes before <see cref="Start"/>.</summary>
    public void Steer(ShardSteering steering) => _steering = steering;

    /// <summary>Begins to pass datagrams on within the PoP, and to take what others do. Comes before <see cref="Start"/>.
    /// </summary>
    /// <param name="socket">The shard's socket for what is passed on; the shard's from now on.</param>
    /// <returns>False when the kernel refuses to watch the socket, which then stays the caller's.</returns>
    public bool TryHop(UdpSocket socket)
    {
        var port = _io.OpenPort(socket);
        if (port == ShardIo.SharedPort)
        {
            return false;
        }

        _hopPort = port;
        return true;
    }

    private void HandleForSteering(ShardCommand.ForSteering command, Instant now)
    {
        if (_steering is not { } steering)
        {
            return;
        }

        switch (command)
        {
            case ShardCommand.SetPeers peers:
                steering.SetPeers(peers.Peers);
                break;
            case ShardCommand.HearFlows flows when !steering.TryHear(flows.Letter, now):
                Drop(ShardDrop.FlowsMalformed);
                break;
            case ShardCommand.HearAdoptions adoptions
                when !steering.TryHearAdoptions(adoptions.Letter, now):
                Drop(ShardDrop.FlowsMalformed);
                break;
            case ShardCommand.HearCrossing crossing:
                steering.Hear(crossing.Owner, crossing.Said, now);
                break;
            case ShardCommand.ForgetFlow flow:
                steering.Forget(flow.Client);
                break;
            default:
                break;
        }
    }

    /// <summary>Tells the other nodes of the PoP of a flow; a TCP connection stays where it was accepted.</summary>
    private void TellOthers(in NetworkAddress client, int shard, bool hasEnded)
    {
        if (client.Connection == 0)
        {
            _node.FlowDesk?.Tell(client, shard, hasEnded);
        }
    }

    /// <summary>Tells them that a session's flows are another shard's.</summary>
    private void TellOthersOfMove(Session session, int target)
    {
        for (var index = 0; index < session.Routes.Count; index++)
        {
            TellOthers(session.Routes[index].Remote, target, hasEnded: false);
        }
    }

    /// <summary>Passes a datagram on that is for no session here, answers who watches this node, or drops it.</summary>
    [HotPath]
    private void PassOn(in Arrival arrival, Instant now)
    {
        var datagram = Bytes(arrival);
        var isCheck = TryReadFragment(datagram, out var fragment);
        var reason = SteeringReason.NoCode;
        if (_steering is { } steering)
        {
            var stage = FlowStages.Of(datagram);
            if (
                steering.TrySteer(
                    fragment,
                    stage,
                    arrival.Source,
                    out var steered,
                    out var hop,
                    now
                )
            )
            {
                SendHop(steering, arrival, steered.Owner, hop);
                return;
            }

            if (steered.Action == SteeringAction.Cross && TryCross(arrival, steered.Owner, now))
            {
                return;
            }

            reason = steered.Reason;
        }

        if (isCheck)
        {
            Drop(DropOf(reason));
        }
        else if (!TryAnswerProbe(arrival, datagram))
        {
            Drop(ShardDrop.UnknownSource);
        }
    }

    private static ShardDrop DropOf(SteeringReason reason) =>
        reason
            is SteeringReason.CodeOfOtherPop
                or SteeringReason.FlowOfOtherPop
                or SteeringReason.TooManyOfOtherPops
            ? ShardDrop.OtherPop
        : reason == SteeringReason.OwnerGone ? ShardDrop.OwnerGone
        : ShardDrop.UnknownSession;

    [HotPath]
    private void SendHop(
        ShardSteering steering,
        in Arrival arrival,
        FlowOwner owner,
        in NetworkAddress hop,
        bool isOnward = false
    )
    {
        _io.SendFrom(_hopPort);
        var length = steering.Write(
            _io.NextSlot(),
            owner,
            arrival.Source,
            arrival.Local,
            Bytes(arrival),
            isOnward
        );
        if (length == 0)
        {
            Drop(ShardDrop.Oversized);
            return;
        }

        _io.Commit(length, hop, local: default);
        _stats.PassedOn++;
    }

    /// <summary>Takes what another node passed on, as if it had come here.</summary>
    [HotPath]
    private SlotFate TakeHop(in Arrival arrival, Instant now)
    {
        var bytes = Bytes(arrival);
        if (!_steering!.TryRead(bytes, out var header, out var payload))
        {
            Drop(ShardDrop.HopMalformed);
            return SlotFate.Kept;
        }

        var datagram = bytes[payload];
        datagram.CopyTo(bytes);
        _stats.PassedIn++;
        var inner = arrival with
        {
            Source = header.Client,
            Local = header.Local,
            // The narrowing is safe: it is shorter than what it came in.
            Length = unchecked((ushort)datagram.Length),
            // What went on from a third node does not say where it came in.
            Via = header.IsOnward ? _steering.Self : header.Node,
        };
        if (!TryFindSession(inner, out var session))
        {
            PassFurther(inner, header, now);
            return SlotFate.Kept;
        }

        var isCheck = TryReadFragment(datagram, out _);
        var fate = Route(session, inner, now);
        if (isCheck && IsOwn(session, inner.Source))
        {
            // With each check that was passed on, so that a word that was lost costs no more than the time to the next.
            TellOthers(inner.Source, Index, hasEnded: false);
        }

        return fate;
    }

    /// <summary>Passes on what another node passed on for a session that moved from here to a third, or for one of another PoP that
    /// this node takes for its own. There it is not passed on again.</summary>
    [HotPath]
    private void PassFurther(in Arrival arrival, in HopHeader header, Instant now)
    {
        var steering = _steering!;
        var datagram = Bytes(arrival);
        var stage = FlowStages.Of(datagram);
        _ = TryReadFragment(datagram, out var fragment);
        if (steering.TrySteerOn(fragment, stage, header, out var owner, out var hop, now))
        {
            SendHop(steering, arrival, owner, hop, isOnward: true);
        }
        else if (
            !steering.TryFindAcross(arrival.Source, stage, out owner, now)
            || !TryCross(arrival, owner, now)
        )
        {
            Drop(ShardDrop.HopUnknown);
        }
    }

    /// <summary>Whether an address is one that a session of this shard has validated.</summary>
    [HotPath]
    private bool IsOwn(Session session, in NetworkAddress client) =>
        session.OwnerShard == Index && session.Peer.Transport.Ice.IsValidated(client);

    /// <summary>Whether it is a STUN check, and whose by its user name.</summary>
    [HotPath]
    internal static bool TryReadFragment(
        ReadOnlySpan<byte> datagram,
        out ReadOnlySpan<byte> fragment
    )
    {
        fragment = default;
        return DatagramKinds.Classify(datagram) == DatagramKind.Stun
            && IceAgent.TryReadLocalUfrag(datagram, out fragment);
    }
}
