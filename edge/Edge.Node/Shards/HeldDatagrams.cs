using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>What came for a session while it was on its way to another node: it goes there too, in the order in which it
/// came.</summary>
/// <remarks>Bounded: what comes beyond the bound is dropped, as on a path that is full. Holds a claim on each
/// slot. Threads: the session's shard.</remarks>
/// <param name="countMax">Most datagrams.</param>
internal sealed class HeldDatagrams(int countMax = HeldDatagrams.CountMax)
{
    /// <summary>Chosen: a tenth of a second of a publisher of 10 Mbit/s; a session is on its way for less.</summary>
    public const int CountMax = 128;

    /// <summary>Of a session to which nothing authentic but checks can have come. Chosen: what a client sends within the time of a
    /// move, from each of its addresses.</summary>
    public const int EarlyMax = 8;

    private readonly List<Arrival> _arrivals = [];

    /// <summary>Keeps a datagram and its claim; false when there is no room.</summary>
    public bool TryAdd(in Arrival arrival)
    {
        if (_arrivals.Count == countMax)
        {
            return false;
        }

        _arrivals.Add(arrival);
        return true;
    }

    /// <summary>Takes those of one source, with their claims.</summary>
    public List<Arrival> TakeOf(NetworkAddress source)
    {
        var taken = _arrivals.FindAll(arrival => arrival.Source == source);
        _ = _arrivals.RemoveAll(arrival => arrival.Source == source);
        return taken;
    }

    /// <summary>Takes all of them, with their claims.</summary>
    public Arrival[] TakeAll()
    {
        var taken = _arrivals.ToArray();
        _arrivals.Clear();
        return taken;
    }
}
