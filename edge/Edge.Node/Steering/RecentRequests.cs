namespace Edge.Node.Steering;

/// <summary>The requests that came lately, each by the subject of its answer: one that is passed on comes by two ways, to its
/// node's name and to who has the session, and is done once. So none goes in circles either.</summary>
/// <remarks>Bounded: beyond <see cref="CountMax"/> the oldest is forgotten. Threads: any.</remarks>
internal sealed class RecentRequests
{
    /// <summary>Chosen: as many as a node does at once by default; the second way takes milliseconds.</summary>
    public const int CountMax = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Notes a request; false when it came before.</summary>
    public bool TryAdd(string replyTo)
    {
        lock (_lock)
        {
            if (!_known.Add(replyTo))
            {
                return false;
            }

            _order.Enqueue(replyTo);
            if (_order.Count > CountMax)
            {
                _known.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
