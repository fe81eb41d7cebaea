using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Downlinks;

/// <summary>The places of packets that wait, for all viewers of a shard.</summary>
/// <remarks>
/// Owner: one thread. Bounded: <see cref="Capacity"/> places; when none is free a packet leaves at once, as
/// if nobody paced it. Places that were used before go first, so that only as much memory is touched as was
/// ever needed at once.
/// </remarks>
public sealed class WaitingRoom
{
    /// <summary>Places. Chosen: a key frame of 64 packets for each of 128 viewers of a shard at once, in
    /// about a megabyte.</summary>
    public const int Capacity = 8192;

    private const int None = -1;

    private readonly PacketPool[] _pools;
    private readonly WaitingPacket[] _places = new WaitingPacket[Capacity];
    private int _free = None;
    private int _usedCount;

    /// <summary>Makes one in which nothing waits.</summary>
    /// <param name="pools">The node's packet pools, in which claims are held.</param>
    public WaitingRoom(PacketPool[] pools)
    {
        _pools = pools;
    }

    /// <summary>Packets that wait.</summary>
    public int Count { get; private set; }

    /// <summary>A place's content.</summary>
    internal ref WaitingPacket this[int place] => ref _places[place];

    /// <summary>Takes a packet in, with a claim of its own; false when there is no place.</summary>
    [HotPath]
    internal bool TryEnter(
        Subscription subscription,
        in ForwardedPacket packet,
        Instant now,
        out int place
    )
    {
        place = _free;
        if (place != None)
        {
            _free = _places[place].Next;
        }
        else if (_usedCount < Capacity)
        {
            place = _usedCount++;
        }
        else
        {
            return false;
        }

        if (!packet.Handle.IsNone)
        {
            _pools[packet.Handle.Pool].AddReference(packet.Handle);
        }

        ref var waiting = ref _places[place];
        waiting.Packet = packet;
        waiting.Subscription = subscription;
        waiting.Since = now;
        waiting.Next = None;
        Count++;
        return true;
    }

    /// <summary>Gives a place and its claim back.</summary>
    [HotPath]
    internal void Leave(int place)
    {
        ref var waiting = ref _places[place];
        if (!waiting.Packet.Handle.IsNone)
        {
            _pools[waiting.Packet.Handle.Pool].Release(waiting.Packet.Handle);
        }

        waiting.Packet = default;
        waiting.Subscription = null;
        waiting.Next = _free;
        _free = place;
        Count--;
    }
}
