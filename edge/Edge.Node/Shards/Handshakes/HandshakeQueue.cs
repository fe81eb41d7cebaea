namespace Edge.Node.Shards.Handshakes;

/// <summary>Datagrams of handshakes that wait until media is served. Those of a handshake that has begun go first: it
/// is over soon and its engine freed, and nothing of it has to be sent again meanwhile.</summary>
/// <remarks>Bounded: what comes beyond a bound is dropped, and its client repeats it (RFC 6347 §4.2.4). Holds
/// a claim on each slot. Allocates: when more wait than ever before. Threads: one owner.</remarks>
/// <typeparam name="T">Whom they are for.</typeparam>
internal sealed class HandshakeQueue<T>
    where T : class
{
    /// <summary>Most that wait of handshakes that have begun, and of others. Chosen: a quarter of a second's steps; a client
    /// whose ClientHello is dropped repeats it by then.</summary>
    public const int CountMax = 256;

    /// <summary>Most of one client. Chosen: a flight with a chain of certificates; what it repeats meanwhile is
    /// dropped.</summary>
    public const int CountOfOneMax = 8;

    /// <summary>Most of one client with what follows its handshake. Chosen: the key frame with which an encoder begins, that sends
    /// it behind its last flight and no other one when it is asked.</summary>
    public const int FollowersOfOneMax = 64;

    private readonly Queue<Waiting> _begun = new();
    private readonly Queue<Waiting> _fresh = new();

    /// <summary>How many wait.</summary>
    public int Count => _begun.Count + _fresh.Count;

    /// <summary>Puts a datagram behind the others, with its claim; false when there is no room.</summary>
    public bool TryAdd(in Waiting waiting, HandshakeStage stage)
    {
        var queue = stage == HandshakeStage.Begun ? _begun : _fresh;
        return TryAdd(waiting, queue, CountOfOneMax);
    }

    /// <summary>Whether something of a client waits: what comes from it after that has to stay behind.</summary>
    public bool Holds(T client) => CountOf(client, _begun) > 0 || CountOf(client, _fresh) > 0;

    /// <summary>Puts a datagram behind others of its client, with its claim; false when there is no room.</summary>
    public bool TryAddBehind(in Waiting waiting)
    {
        var queue = CountOf(waiting.For, _fresh) > 0 ? _fresh : _begun;
        return TryAdd(waiting, queue, FollowersOfOneMax);
    }

    /// <summary>Takes the next datagram, with its claim; false when none waits.</summary>
    public bool TryTake(out Waiting waiting) =>
        _begun.TryDequeue(out waiting) || _fresh.TryDequeue(out waiting);

    private static bool TryAdd(in Waiting waiting, Queue<Waiting> queue, int countOfOneMax)
    {
        if (queue.Count == CountMax || CountOf(waiting.For, queue) >= countOfOneMax)
        {
            return false;
        }

        queue.Enqueue(waiting);
        return true;
    }

    /// <summary>Few enough wait that looking at all of them costs less than a count of each client's would
    /// while sessions move between shards.</summary>
    private static int CountOf(T client, Queue<Waiting> queue)
    {
        var count = 0;
        foreach (var waiting in queue)
        {
            count += ReferenceEquals(waiting.For, client) ? 1 : 0;
        }

        return count;
    }

    /// <summary>A datagram that waits.</summary>
    /// <param name="For">Whom it is for.</param>
    /// <param name="Arrival">The datagram.</param>
    /// <param name="Turn">The turn of the loop in which it came.</param>
    internal readonly record struct Waiting(T For, Arrival Arrival, long Turn);
}
