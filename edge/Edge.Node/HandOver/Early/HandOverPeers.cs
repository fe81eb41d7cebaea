using Edge.Primitives;

namespace Edge.Node.HandOver.Early;

/// <summary>What other nodes of the PoP would take, with a ticket of each at hand: asked when it is needed for the first time, and
/// again when the answer is old.</summary>
/// <remarks>Bounded by <see cref="PeersMax"/> nodes, beyond which all are forgotten and asked anew. Threads: any.</remarks>
/// <param name="ask">Asks a node; null from one that does not answer or takes nothing.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class HandOverPeers(Func<ushort, Task<HandOverPeer?>> ask, Func<Instant> clock)
{
    /// <summary>Chosen: more than nodes of a PoP.</summary>
    private const int PeersMax = 256;

    /// <summary>How long an answer is used. Chosen: less than its ticket is valid by what a letter may take to come.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(20);

    /// <summary>How long a node is left alone that would take nothing. Chosen: one that does not answer costs a session in so
    /// long a wait, not each.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, Known> _known = [];

    /// <summary>Finds a node with room for another session; null when it has none, or does not answer.</summary>
    public async ValueTask<HandOverPeer?> FindAsync(ushort node)
    {
        var known = Find(node);
        var peer = await known.Asked;
        return peer is not null && known.TryTakePlace(peer.Room) ? peer : null;
    }

    /// <summary>A node takes nothing now: it is left alone for a while, then asked anew.</summary>
    public void Exclude(ushort node)
    {
        lock (_lock)
        {
            _known[node] = new Known(Task.FromResult<HandOverPeer?>(null), clock());
        }
    }

    /// <summary>What a node said holds no more: it is asked anew, unless it has been since.</summary>
    public void Forget(HandOverPeer peer)
    {
        lock (_lock)
        {
            if (
                _known.TryGetValue(peer.Node, out var known)
                && known.Asked is { IsCompletedSuccessfully: true, Result.Ticket: var ticket }
                && ticket == peer.Ticket
            )
            {
                _ = _known.Remove(peer.Node);
            }
        }
    }

    private Known Find(ushort node)
    {
        var now = clock();
        lock (_lock)
        {
            if (_known.TryGetValue(node, out var known) && now < known.At + AgeOf(known))
            {
                return known;
            }

            if (_known.Count >= PeersMax)
            {
                _known.Clear();
            }

            known = new Known(ask(node), now);
            _known[node] = known;
            return known;
        }
    }

    private static TimeSpan AgeOf(Known known) =>
        !known.Asked.IsCompleted
        || known.Asked is { IsCompletedSuccessfully: true, Result.Room: > 0 }
            ? Age
            : Rest;

    /// <summary>What a node answered, or will.</summary>
    private sealed class Known(Task<HandOverPeer?> asked, Instant at)
    {
        private int _taken;

        public Task<HandOverPeer?> Asked => asked;

        public Instant At => at;

        public bool TryTakePlace(int room) => Interlocked.Increment(ref _taken) <= room;
    }
}
