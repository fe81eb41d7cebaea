using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Downlinks;

/// <summary>The places of packets that wait, for all viewers of a shard.</summary>
/// <remarks>
/// Owner: one thread. Bounded: <see cref="Capacity"/> places, of which a viewer gets no more than are left free: one
/// whose network takes nothing costs the others none of theirs. Beyond that what waits for it is thrown away.
/// Places that were used before go first, so that only as much memory is touched as was ever needed at once.
/// </remarks>
public sealed class WaitingRoom
{
    /// <summary>Places. Chosen: by simulation a hundred viewers of 25 cameras who join within two seconds need 20,000
    /// at once; five megabytes when all are used. More than a pool has slots: a packet waits for each of its viewers, in
    /// one slot.</summary>
    public const int Capacity = 32_768;

    private const int None = -1;

    private readonly PacketPool[] _pools;
    private readonly WaitingPacket[] _places;
    private int _free = None;
    private int _usedCount;

    /// <summary>Makes one in which nothing waits.</summary>
    /// <param name="pools">The node's packet pools, in which claims are held.</param>
    /// <param name="capacity">The places; <see cref="Capacity"/> but in tests.</param>
    public WaitingRoom(PacketPool[] pools, int capacity = Capacity)
    {
        _pools = pools;
        _places = new WaitingPacket[capacity];
    }

    /// <summary>Packets that wait.</summary>
    public int Count { get; private set; }

    /// <summary>A place's content.</summary>
    internal ref WaitingPacket this[int place] => ref _places[place];

    /// <summary>Takes a packet in, with a claim of its own; false when there is no place for it.</summary>
    /// <param name="subscription">Whose packet.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="own">Places that its viewer has already.</param>
    /// <param name="now">The time.</param>
    /// <param name="place">Where it is.</param>
    [HotPath]
    internal bool TryEnter(
        Subscription subscription,
        in ForwardedPacket packet,
        int own,
        Instant now,
        out int place
    )
    {
        place = _free;
        if (own >= _places.Length - Count)
        {
            return false;
        }

        if (place != None)
        {
            _free = _places[place].Next;
        }
        else
        {
            place = _usedCount++;
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
