using Control.Contract.Calls;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>The feeds of events that are read in this process: one for all who read the same.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="log">Where faults go.</param>
internal sealed class EventFeeds(ILogger log)
{
    private readonly Dictionary<(EventsRequest, NodeAddress?), EventFeed> _feeds = [];
    private readonly Lock _lock = new();

    /// <summary>How many there are; for tests.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _feeds.Count;
            }
        }
    }

    /// <summary>Begins to read. When this is answered, every node that answers does send.</summary>
    /// <param name="request">What.</param>
    /// <param name="only">Of which node; null for all.</param>
    /// <param name="parts">How nodes are asked.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<IAsyncEnumerable<CallsEvent>> ReadAsync(
        EventsRequest request,
        NodeAddress? only,
        NodeParts parts,
        CancellationToken cancellation
    )
    {
        // A feed that ends at once has begun as well: nobody who has left may take it for one to read.
        cancellation.ThrowIfCancellationRequested();
        var reader = new EventReader();
        var feed = Join(request, only, parts, reader);
        cancellation.UnsafeRegister(_ => Leave(request, only, feed, reader), state: null);
        await feed.Begun.WaitAsync(cancellation);
        return reader.Events.ReadAllAsync(cancellation);
    }

    private EventFeed Join(
        EventsRequest request,
        NodeAddress? only,
        NodeParts parts,
        EventReader reader
    )
    {
        lock (_lock)
        {
            if (!_feeds.TryGetValue((request, only), out var feed) || feed.HasEnded)
            {
                feed = new EventFeed(request, only, parts, log);
                _feeds[(request, only)] = feed;
                _ = feed.RunAsync();
            }

            feed.Add(reader);
            return feed;
        }
    }

    private void Leave(EventsRequest request, NodeAddress? only, EventFeed feed, EventReader reader)
    {
        lock (_lock)
        {
            if (!feed.Remove(reader))
            {
                return;
            }

            if (_feeds.GetValueOrDefault((request, only)) == feed)
            {
                _feeds.Remove((request, only));
            }
        }

        feed.End();
    }
}
