using Edge.Node.Sessions;
using Edge.Node.Shards.Handshakes;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Shards;

/// <content>Handshakes of joining clients: a step of one takes as long as the forwarding of hundreds of packets, so
/// it waits until those are sent.</content>
internal sealed partial class Shard
{
    private readonly HandshakeQueue<Session> _handshakes = new();
    private readonly HandshakeBudget _handshakeBudget = new();

    /// <summary>When the next step of a handshake may be made.</summary>
    private Instant NextHandshake => _handshakes.Count > 0 ? _handshakeBudget.Next : Instant.Never;

    /// <summary>Whether a datagram is a step of a handshake. What its session would drop at once does not wait.</summary>
    [HotPath]
    private bool IsHandshakeStep(Session session, in Arrival arrival)
    {
        var transport = session.Peer.Transport;
        return transport.State == PeerState.Connecting
            && DatagramKinds.Classify(Bytes(arrival)) == DatagramKind.Dtls
            && transport.Ice.IsValidated(arrival.Source);
    }

    /// <summary>Whether a datagram comes behind one of its session that waits: media behind the last flight of a handshake is
    /// nothing before that is taken. Checks go their own way.</summary>
    [HotPath]
    private bool MustFollow(Session session, in Arrival arrival) =>
        _handshakes.Count > 0
        && DatagramKinds.Classify(Bytes(arrival)) != DatagramKind.Stun
        && _handshakes.Holds(session);

    private SlotFate Follow(Session session, in Arrival arrival)
    {
        if (_handshakes.TryAddBehind(new(session, arrival, _stats.Turns)))
        {
            return SlotFate.Gone;
        }

        Drop(ShardDrop.HandshakesFull);
        return SlotFate.Kept;
    }

    private SlotFate PutOff(Session session, in Arrival arrival)
    {
        var stage = session.Peer.Transport.HasHandshakeBegun
            ? HandshakeStage.Begun
            : HandshakeStage.Fresh;
        if (_handshakes.TryAdd(new(session, arrival, _stats.Turns), stage))
        {
            return SlotFate.Gone;
        }

        Drop(ShardDrop.HandshakesFull);
        return SlotFate.Kept;
    }

    /// <summary>Makes one step, once all that the turn has for others is on its way; so media waits for one at most. What
    /// it gave is sent.</summary>
    [HotPath]
    private void StepHandshake()
    {
        if (_handshakes.Count == 0)
        {
            return;
        }

        var now = _node.Clock.Now();
        if (now < _handshakeBudget.Next || !_handshakes.TryTake(out var waiting))
        {
            return;
        }

        _stats.HandshakeSteps++;
        _stats.HandshakesPutOff += waiting.Turn == _stats.Turns ? 0 : 1;
        Give(waiting.For, waiting.Arrival, now);
        _handshakeBudget.Spend(_node.Clock.Now() - now, now);
        SendAll(now);
    }

    /// <summary>Gives a datagram that has waited to its session, wherever that is by now.</summary>
    private void Give(Session session, in Arrival arrival, Instant now)
    {
        var owner = session.OwnerShard;
        var fate =
            owner != Index ? HandOver(session, owner, arrival)
            : session.Held is { } held ? Hold(held, arrival)
            : Handle(session, arrival, now);
        if (fate != SlotFate.Gone)
        {
            Release(arrival.Handle);
        }
    }

    private void DropHandshakes()
    {
        while (_handshakes.TryTake(out var waiting))
        {
            Release(waiting.Arrival.Handle);
        }
    }
}
