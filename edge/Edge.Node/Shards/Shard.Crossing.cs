using Anycast.Steering;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;

namespace Edge.Node.Shards;

/// <content>Datagrams that came to the wrong PoP: sent to their owner over the bus between PoPs.</content>
internal sealed partial class Shard
{
    /// <summary>Datagrams of other PoPs taken in a turn.</summary>
    private const int CrossingTurnMax = 64;

    /// <summary>Bytes of them that wait. Chosen: half a second of 30 Mbit/s, after which media is worthless.</summary>
    private const int CrossingBytesMax = 2 * 1024 * 1024;

    private readonly RentedInbox<CrossingHeader> _crossings = new(CrossingBytesMax);

    /// <summary>Gives the shard a copy of a datagram that came to another PoP. Threads: any.</summary>
    public void TryPostCrossing(in CrossingHeader header, ReadOnlySpan<byte> datagram)
    {
        if (_crossings.TryAdd(header, datagram))
        {
            WakeIfAsleep();
        }
        else
        {
            CountDrop(ShardDrop.CrossingFull);
        }
    }

    /// <summary>Counts what was dropped on its way here. Threads: any.</summary>
    public void CountDrop(ShardDrop drop) => Interlocked.Increment(ref _stats.Drops[(int)drop]);

    /// <summary>Takes datagrams that came to other PoPs; true when more wait than a turn takes.</summary>
    [HotPath]
    private bool TakeCrossings(Instant now)
    {
        var taken = 0;
        var isShort = false;
        for (; !isShort && taken < CrossingTurnMax && _crossings.TryTake(out var crossed); taken++)
        {
            isShort = !TryTakeCrossing(
                crossed.About,
                crossed.Buffer.AsSpan(0, crossed.Length),
                now
            );
            RentedInbox<CrossingHeader>.Return(crossed);
        }

        // Where slots are short a pause is made once a turn, for other datagrams as for these.
        return isShort || taken == CrossingTurnMax;
    }

    /// <summary>Takes one as if it had come here, and lets the other PoP know once its address is believed. It is never
    /// passed on again. False when there is no slot.</summary>
    private bool TryTakeCrossing(in CrossingHeader header, ReadOnlySpan<byte> datagram, Instant now)
    {
        if (datagram.Length > PacketPool.SlotBytes)
        {
            Drop(ShardDrop.Oversized);
            return true;
        }

        if (!_pools[Index].TryRent(out var handle))
        {
            HandleShortage(now);
            return false;
        }

        datagram.CopyTo(_pools[Index].Slot(handle));

        var arrival = new Arrival(
            header.Client,
            header.Local,
            handle,
            // The narrowing is safe: it fits into a slot.
            unchecked((ushort)datagram.Length),
            now,
            unchecked((byte)Index)
        );
        var fate = SlotFate.Kept;
        if (TryFindSession(arrival, out var session))
        {
            _stats.CrossedIn++;
            var proofs = _proofs;
            fate = Route(session, arrival, now);
            if (_proofs != proofs || TryReadFragment(datagram, out _))
            {
                TellOfFlow(session, header, now);
            }
        }

        if (fate != SlotFate.Gone)
        {
            Release(handle);
        }

        return true;
    }

    /// <summary>Says whose a flow is after each check of it, so that the other PoP may forget what is not said again, and when its
    /// client is proved to be there.</summary>
    private void TellOfFlow(Session session, in CrossingHeader header, Instant now)
    {
        if (IsOwn(session, header.Client))
        {
            _node.Crossings?.TellOwned(header, _node.Flows.WordOf(header.Client, Index, now));
        }
    }

    /// <summary>Sends a datagram to its owner in another PoP; false when there is no way there.</summary>
    /// <remarks>The one way of a datagram on which the queue of a bus is locked: that of flows whose route has flipped.</remarks>
    private bool TryCross(in Arrival arrival, FlowOwner owner, Instant now)
    {
        // A TCP connection stays where it was accepted.
        if (arrival.Source.Connection != 0 || _node.Crossings is not { } crossings)
        {
            return false;
        }

        if (!_steering!.MayCross(arrival.Source, arrival.Length, now))
        {
            Drop(ShardDrop.CrossingTooMuch);
        }
        else if (crossings.TrySend(owner, arrival.Source, arrival.Local, Bytes(arrival)))
        {
            _stats.CrossedOut++;
        }
        else
        {
            Drop(ShardDrop.CrossingFull);
        }

        return true;
    }
}
