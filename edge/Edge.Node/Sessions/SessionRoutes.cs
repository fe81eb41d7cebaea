using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>The flows of a session: which shard receives each, and to which of our addresses it comes.</summary>
/// <remarks>Bounded: as many as the ICE agent keeps validated; a further one replaces the oldest.
/// Threads: the session's shard.</remarks>
internal sealed class SessionRoutes
{
    /// <summary>As many validated addresses as an ICE agent keeps.</summary>
    public const int RoutesMax = 16;

    /// <summary>Room from the start: most clients have one flow, or one of each family.</summary>
    private const int RoutesUsual = 2;

    private Route[] _routes = new Route[RoutesUsual];
    private int _last;

    /// <summary>How many flows are known.</summary>
    public int Count { get; private set; }

    /// <summary>A flow by its index.</summary>
    public Route this[int index] => _routes[index];

    /// <summary>Adds a flow: its two addresses, since a client may check several of ours from one port, and
    /// the kernel delivers each to a shard of its own. Returns the flow that had to go for it, empty when
    /// none had.</summary>
    public Route Set(in NetworkAddress remote, in NetworkAddress local, int shard)
    {
        var displaced = default(Route);
        if (!TryFind(remote, local, out var index))
        {
            if (Count == RoutesMax)
            {
                displaced = _routes[0];
                RemoveAt(0);
            }

            index = Count++;
            _last = index;
            if (index == _routes.Length)
            {
                Array.Resize(ref _routes, 2 * index);
            }
        }

        _routes[index] = new Route(remote, local, shard);
        return displaced;
    }

    /// <summary>Removes a flow of a client's address; false when there is none left.</summary>
    public bool TryRemove(in NetworkAddress remote, out Route removed)
    {
        if (!TryFind(remote, out var index))
        {
            removed = default;
            return false;
        }

        removed = _routes[index];
        RemoveAt(index);
        return true;
    }

    /// <summary>Finds the flow of a client's address that was checked last.</summary>
    [HotPath]
    public bool TryFind(in NetworkAddress remote, out int index)
    {
        if (_last < Count && _routes[_last].Remote == remote)
        {
            index = _last;
            return true;
        }

        for (index = 0; index < Count; index++)
        {
            if (_routes[index].Remote == remote)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds a flow by both its addresses, and remembers it as the one checked last.</summary>
    [HotPath]
    public bool TryFind(in NetworkAddress remote, in NetworkAddress local, out int index)
    {
        for (index = 0; index < Count; index++)
        {
            if (_routes[index].Remote == remote && _routes[index].Local == local)
            {
                _last = index;
                return true;
            }
        }

        return false;
    }

    private void RemoveAt(int index)
    {
        Count--;
        Array.Copy(_routes, index + 1, _routes, index, Count - index);
        _routes[Count] = default;
        _last = 0;
    }

    /// <summary>One flow.</summary>
    /// <param name="Remote">The peer's address.</param>
    /// <param name="Local">Ours, on a wildcard socket.</param>
    /// <param name="Shard">The shard whose socket the kernel delivers it to.</param>
    internal readonly record struct Route(NetworkAddress Remote, NetworkAddress Local, int Shard);
}
