using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Downlinks;

/// <summary>Packets of one viewer that wait, in order.</summary>
internal struct WaitingQueue
{
    private int _first;
    private int _last;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of payload that wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>The place of the first; only while some wait.</summary>
    public readonly int First => _first;

    /// <summary>Puts a packet at the end; false when the room has no place for it.</summary>
    /// <param name="room">Where it waits.</param>
    /// <param name="subscription">Whose packet.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="own">How many of its viewer wait already.</param>
    /// <param name="now">The time.</param>
    [HotPath]
    public bool TryAdd(
        WaitingRoom room,
        Subscription subscription,
        in ForwardedPacket packet,
        int own,
        Instant now
    )
    {
        if (!room.TryEnter(subscription, packet, own, now, out var place))
        {
            return false;
        }

        if (Count == 0)
        {
            _first = place;
        }
        else
        {
            room[_last].Next = place;
        }

        _last = place;
        Count++;
        Bytes += BytesOf(packet);
        return true;
    }

    /// <summary>Lets the first go.</summary>
    [HotPath]
    public void Remove(WaitingRoom room)
    {
        var place = _first;
        _first = room[place].Next;
        Count--;
        Bytes -= BytesOf(room[place].Packet);
        room.Leave(place);
    }

    private static int BytesOf(in ForwardedPacket packet) =>
        packet.PrefixLength + packet.TailLength;
}
