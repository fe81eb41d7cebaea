using Edge.Native.Sockets;
using Edge.Node.Shards.Connections;
using Edge.Primitives;

namespace Edge.Node.Front;

/// <summary>The connections that have not said yet what they are, the oldest first.</summary>
/// <remarks>Bounded: all together, where the oldest goes for a new one (rule R6), and of a source, where the new one is
/// refused. Threads: the front's.</remarks>
internal sealed class FrontGuests
{
    /// <summary>Most of them. Chosen: with them an attacker of many addresses must dial more than 2000 times a second to
    /// displace a client that says its first bytes half a second after it was accepted.</summary>
    public const int GuestsMax = 1024;

    /// <summary>Most of one IPv4 address or IPv6 /64. Chosen: an office behind one address whose people open a page at
    /// once, six connections a browser; who has said what he is counts no more.</summary>
    public const int GuestsOfSourceMax = 64;

    /// <summary>Part of the process's descriptors that they may have: one in so many.</summary>
    private const int DescriptorsPart = 8;

    private readonly LinkedListNode<FrontGuest>?[] _slots;
    private readonly Stack<int> _free;
    private readonly LinkedList<FrontGuest> _byAge = [];
    private readonly Dictionary<NetworkAddress, int> _bySource = [];

    /// <summary>Makes an empty table.</summary>
    public FrontGuests(int capacity)
    {
        _slots = new LinkedListNode<FrontGuest>?[capacity];
        _free = new Stack<int>(capacity);
        for (var slot = capacity - 1; slot >= 0; slot--)
        {
            _free.Push(slot);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _byAge.Count;

    /// <summary>The one that waits longest; null when there is none.</summary>
    public FrontGuest? Oldest => _byAge.First?.Value;

    /// <summary>Whether the oldest has to go before another is added.</summary>
    public bool IsFull => _free.Count == 0;

    /// <summary>How many there may be.</summary>
    /// <param name="descriptors">Descriptors that the process may have.</param>
    public static int CapacityOf(int descriptors) =>
        Math.Clamp(descriptors / DescriptorsPart, 1, GuestsMax);

    /// <summary>The guest of a slot; null when it has left.</summary>
    public FrontGuest? At(int slot) => _slots[slot]?.Value;

    /// <summary>Whether an address has as many as it may have.</summary>
    public bool Refuses(in NetworkAddress remote) =>
        _bySource.GetValueOrDefault(ConnectionTable.SourceOf(remote)) >= GuestsOfSourceMax;

    /// <summary>Adds one that is not refused, while the table is not full.</summary>
    public FrontGuest Add(TcpSocket socket, Instant now)
    {
        var slot = _free.Pop();
        var guest = new FrontGuest(socket, slot, now);
        _slots[slot] = _byAge.AddLast(guest);
        var source = ConnectionTable.SourceOf(socket.Remote);
        _bySource[source] = _bySource.GetValueOrDefault(source) + 1;
        return guest;
    }

    /// <summary>Forgets one, whose socket is somebody else's from now on.</summary>
    public void Remove(FrontGuest guest)
    {
        _byAge.Remove(_slots[guest.Slot]!);
        _slots[guest.Slot] = null;
        _free.Push(guest.Slot);
        var source = ConnectionTable.SourceOf(guest.Socket.Remote);
        var left = _bySource[source] - 1;
        if (left > 0)
        {
            _bySource[source] = left;
        }
        else
        {
            _bySource.Remove(source);
        }
    }
}
