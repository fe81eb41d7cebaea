namespace Edge.Node.Shards;

/// <summary>What came for a session while it was on its way to another node: it goes there too, in the order in which it
/// came.</summary>
/// <remarks>Bounded: beyond <see cref="CountMax"/> what comes is dropped, as on a path that is full. Holds a claim on each
/// slot. Threads: the session's shard.</remarks>
internal sealed class HeldDatagrams
{
    /// <summary>Chosen: a tenth of a second of a publisher of 10 Mbit/s; a session is on its way for less.</summary>
    public const int CountMax = 128;

    private readonly List<Arrival> _arrivals = [];

    /// <summary>Keeps a datagram and its claim; false when there is no room.</summary>
    public bool TryAdd(in Arrival arrival)
    {
        if (_arrivals.Count == CountMax)
        {
            return false;
        }

        _arrivals.Add(arrival);
        return true;
    }

    /// <summary>Takes all of them, with their claims.</summary>
    public Arrival[] TakeAll()
    {
        var taken = _arrivals.ToArray();
        _arrivals.Clear();
        return taken;
    }
}
