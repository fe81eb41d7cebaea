using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Edge.Native.Sockets;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Transport;

namespace Edge.Node.Shards;

/// <content>Datagrams in: from the socket to the session they are for, wherever it lives.</content>
internal sealed partial class Shard
{
    private readonly Arrival[] _takenOut = new Arrival[ReceiveBatch.SegmentsMax];

    /// <summary>Takes a batch from the socket that all clients share; true when it was a full one.</summary>
    [HotPath]
    private bool Receive(Instant now) => Receive(ShardIo.SharedPort, owner: null, now);

    /// <summary>Takes a batch from each session's own port that has something; the rest is ready again at
    /// the next look.</summary>
    [HotPath]
    private void ReceiveFromPorts(Instant now)
    {
        foreach (var port in _io.ReadyPorts)
        {
            if (port == _hopPort)
            {
                _ = Receive(port, owner: null, now);
            }
            // One that closed meanwhile is nobody's.
            else if (_portOwners.TryGetValue(port, out var owner))
            {
                _ = Receive(port, owner, now);
            }
        }
    }

    [HotPath]
    private bool Receive(int port, Session? owner, Instant now)
    {
        var count = _io.Receive(port, now);
        for (var index = 0; index < count; index++)
        {
            var arrival = _io.Received(index, now);
            var segments = TakeOut(arrival, index);
            var fate = Take(arrival, port, owner, now);
            if (fate == SlotFate.Shared)
            {
                Release(arrival.Handle);
            }

            if (fate != SlotFate.Kept)
            {
                _io.Give(index);
            }

            foreach (ref readonly var segment in _takenOut.AsSpan(0, segments))
            {
                if (Take(segment, port, owner, now) != SlotFate.Gone)
                {
                    Release(segment.Handle);
                }
            }
        }

        if (count > 0)
        {
            _io.Refill();
        }

        if (_io.IsShort)
        {
            HandleShortage(now);
        }

        return count == _io.BatchCapacity;
    }

    /// <summary>Takes a message apart that the kernel made of several datagrams; returns how many there are behind the first.
    /// Before that is looked at: what is behind it in its slot is the next ones'.</summary>
    [HotPath]
    private int TakeOut(in Arrival first, int index)
    {
        var count = 0;
        var segments = _io.Segments(index);
        for (var segment = 1; segment < segments; segment++)
        {
            if (!_io.TryTakeOut(first, index, segment, out _takenOut[count]))
            {
                _stats.Received += segments - segment;
                _stats.Drops[(int)ShardDrop.NoSlot] += segments - segment;
                break;
            }

            count++;
        }

        return count;
    }

    [HotPath]
    private SlotFate Take(in Arrival arrival, int port, Session? owner, Instant now)
    {
        _stats.Received++;
        if (arrival.Length == 0)
        {
            Drop(ShardDrop.Oversized);
            return SlotFate.Kept;
        }

        return owner is not null ? Deliver(owner, arrival, now)
            : port == ShardIo.SharedPort ? Route(arrival, now)
            : TakeHop(arrival, now);
    }

    [HotPath]
    private SlotFate Route(in Arrival arrival, Instant now)
    {
        if (TryFindSession(arrival, out var session))
        {
            return Route(session, arrival, now);
        }

        PassOn(arrival, now);
        return SlotFate.Kept;
    }

    [HotPath]
    private SlotFate Route(Session session, in Arrival arrival, Instant now)
    {
        var owner = session.OwnerShard;
        return owner == Index ? Deliver(session, arrival, now) : HandOver(session, owner, arrival);
    }

    /// <summary>STUN names its session; anything else is only for a session that validated the address
    /// (rule R1: an unknown source may only speak STUN).</summary>
    [HotPath]
    private bool TryFindSession(in Arrival arrival, [NotNullWhen(true)] out Session? session)
    {
        var datagram = Bytes(arrival);
        if (TryReadFragment(datagram, out var fragment))
        {
            return _node.Sessions.TryFindByFragment(fragment, out session);
        }

        if (FlowStages.Of(datagram) == FlowStage.Opening)
        {
            return TryFindOpening(arrival, datagram, out session);
        }

        return TryFindOwner(arrival.Source, out session);
    }

    /// <summary>What begins a session is for who is new at the address, here or at another node, whoever is proved to have been
    /// there.</summary>
    [HotPath]
    private bool TryFindOpening(
        in Arrival arrival,
        ReadOnlySpan<byte> datagram,
        [NotNullWhen(true)] out Session? session
    )
    {
        var client = arrival.Source;
        var isHandshake = FlowStages.IsHandshake(datagram);
        if (_node.Flows.TryFindNewcomer(client, isHandshake, out session))
        {
            return true;
        }

        return TryFindOwner(client, out session)
            && !(
                _steering is { } steering
                && steering.TryFindOther(client, out _, arrival.At)
                && _node.Flows.IsHeld(client, arrival.At)
            );
    }

    [HotPath]
    private bool TryFindOwner(in NetworkAddress client, [NotNullWhen(true)] out Session? session) =>
        // The shard that validated the address tells the one where the check came in, and the client's next packet may
        // overtake that; or the kernel gives the flow to another shard than before. What all know was noted before the
        // check was answered: a lost first flight of DTLS costs a second.
        TryFindByFlow(client, out session) || _node.Flows.TryFind(client, out session);

    [HotPath]
    private bool TryFindByFlow(
        in NetworkAddress client,
        [NotNullWhen(true)] out Session? session
    ) => _flows.TryGetValue(client, out session) && session.State != SessionState.Closed;

    [HotPath]
    private SlotFate HandOver(Session session, int owner, in Arrival arrival)
    {
        var link = _node.Mesh.Link(Index, owner);
        if (!link.Datagrams.TryWrite(new DatagramMessage(session, arrival)))
        {
            Drop(ShardDrop.DatagramRingFull);
            return SlotFate.Kept;
        }

        _stats.HandedOver++;
        _wroteTo |= 1UL << owner;
        return SlotFate.Gone;
    }

    /// <summary>Gives a datagram to a session of this shard.</summary>
    [HotPath]
    private SlotFate Deliver(Session session, in Arrival arrival, Instant now)
    {
        if (arrival.Via != 0 && session is { State: SessionState.New, Held: null })
        {
            MoveIfEarly(session, arrival);
        }

        if (session.Held is { } held)
        {
            return Hold(held, arrival);
        }

        return IsHandshakeStep(session, arrival) ? PutOff(session, arrival)
            : MustFollow(session, arrival) ? Follow(session, arrival)
            : Handle(session, arrival, now);
    }

    /// <summary>Has a session of this shard take a datagram.</summary>
    [HotPath]
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private SlotFate Handle(Session session, in Arrival arrival, Instant now)
    {
        try
        {
            if (session.Slot == TimedSlots<Session>.NoSlot && !TryAdopt(session, now))
            {
                return SlotFate.Kept;
            }

            session.LastArrival = arrival;
            var datagram = Bytes(arrival);
            var isMedia = datagram[0] >= 128;
            var input = session.Peer.HandleDatagram(
                arrival.Source,
                datagram,
                arrival.At,
                now,
                out var media
            );
            if (input is PeerInputKind.Rtp or PeerInputKind.Rtcp && now >= session.HoldAt)
            {
                HoldFlow(session, arrival.Source, now);
            }

            if (input == PeerInputKind.Rtp)
            {
                Ingest(session, arrival, media, now);
                _sessions.Touch(session.Slot);
                return SlotFate.Shared;
            }

            if (isMedia)
            {
                _sessions.Touch(session.Slot);
                return SlotFate.Kept;
            }

            // Only what is authentic says where a session's datagrams come in (R4).
            if (
                input == PeerInputKind.Check
                && session.Peer.Transport.Ice.IsValidated(arrival.Source)
            )
            {
                NoteFlow(session, arrival, now);
                Settle(session, ShardFor(session, arrival), now);
                return SlotFate.Kept;
            }

            Settle(session, Index, now);
            return SlotFate.Kept;
        }
        catch (Exception error)
        {
            Fault(session, error, now);
            return SlotFate.Shared;
        }
    }

    /// <summary>The shard where a session belongs: one that came from another node goes to where its client's first check
    /// comes in.</summary>
    [HotPath]
    private int ShardFor(Session session, in Arrival arrival)
    {
        if (
            session.IsPlaced
            || session.State != SessionState.Connected
            || !SaysPlace(session, arrival)
        )
        {
            return Index;
        }

        session.IsPlaced = true;
        return arrival.Shard;
    }

    /// <summary>Takes what other shards sent; true when a ring had more than a turn takes.</summary>
    [HotPath]
    private bool TakeFromShards(Instant now)
    {
        var hasMore = false;
        for (var from = 0; from < _node.Mesh.ShardCount; from++)
        {
            if (from == Index)
            {
                continue;
            }

            var link = _node.Mesh.Link(from, Index);
            var taken = TakeSignals(link, now);
            hasMore |= taken == RingTurnMax;
            for (taken = 0; taken < RingTurnMax && link.Datagrams.TryRead(out var message); taken++)
            {
                HandleDatagram(message, now);
            }

            hasMore |= taken == RingTurnMax;
            TakeReplies(link, now);
            for (taken = 0; taken < RingTurnMax && link.Media.TryRead(out var media); taken++)
            {
                HandleMedia(media, now);
            }

            hasMore |= taken == RingTurnMax;
            for (taken = 0; taken < RingTurnMax && link.Messages.TryRead(out var item); taken++)
            {
                Receive(item, now);
            }

            hasMore |= taken == RingTurnMax;
        }

        return hasMore;
    }

    [HotPath]
    private int TakeSignals(ShardLink link, Instant now)
    {
        var taken = 0;
        for (; taken < RingTurnMax && link.Signals.TryRead(out var signal); taken++)
        {
            HandleSignal(signal, now);
        }

        return taken;
    }

    [HotPath]
    private void HandleDatagram(in DatagramMessage message, Instant now)
    {
        var owner = message.Session.OwnerShard;
        var fate =
            owner == Index
                ? Deliver(message.Session, message.Arrival, now)
                : HandOver(message.Session, owner, message.Arrival);
        if (fate != SlotFate.Gone)
        {
            Release(message.Arrival.Handle);
        }
    }

    /// <summary>Slots ran short: caches that only serve joins give theirs back, here and on the other
    /// shards, which may hold this pool's slots.</summary>
    private void HandleShortage(Instant now)
    {
        Drop(ShardDrop.NoSlot);
        if (now < _relieveAt)
        {
            if (_io.IsStarved)
            {
                // Nothing can be received: without the pause the readable socket would keep the loop spinning.
                Thread.Sleep(1);
            }

            return;
        }

        // A second shortage so soon means that what was let go did not do: history goes too.
        var keep =
            now - _relieveAt < RelieveMemoryAge ? TimeSpan.Zero : _node.Options.Track.HistoryAge;
        _relieveAt = now + RelieveInterval;
        if (now >= _logShortAt)
        {
            _logShortAt = now + LogShortInterval;
            LogShortOfSlots(_logger, Index);
        }

        RelieveMemory(keep, now);
        foreach (var shard in _node.Shards)
        {
            if (shard != this)
            {
                shard.Post(new ShardCommand.RelieveMemory(keep));
            }
        }
    }

    /// <summary>Takes from the tracks that hold at least the mean, so that a publisher who hoards pays
    /// for it and not its neighbours.</summary>
    private void RelieveMemory(TimeSpan keep, Instant now)
    {
        var held = 0L;
        var holders = 0;
        foreach (var replica in _replicas.Items)
        {
            var packets = replica?.Track.CachedPackets ?? 0;
            held += packets;
            holders += packets > 0 ? 1 : 0;
        }

        foreach (var replica in _replicas.Items)
        {
            if (replica is not null && (long)replica.Track.CachedPackets * holders >= held)
            {
                replica.Track.ShrinkCache(keep, now);
            }
        }
    }
}
