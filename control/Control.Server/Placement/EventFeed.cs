using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>What happens in an app, a group or a session, on all nodes or on one, for all who read it here.</summary>
/// <remarks>
/// However many read, each node sends an event once to this process. Nodes that appear later join, and one
/// that goes for good leaves. Threads: any; one lock, never held while anybody waits.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Its source has neither timer nor handle, and is cancelled by whoever leaves last."
)]
internal sealed partial class EventFeed
{
    private readonly EventsRequest _request;
    private readonly NodeAddress? _only;
    private readonly NodeParts _parts;
    private readonly ILogger _log;
    private readonly List<EventReader> _readers = [];
    private readonly Dictionary<NodeAddress, (EventSource Source, ulong? Life)> _sources = [];
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _begun = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>Makes it; it runs with <see cref="RunAsync"/>.</summary>
    /// <param name="request">What is read.</param>
    /// <param name="only">Of which node; null for all.</param>
    /// <param name="parts">How nodes are asked.</param>
    /// <param name="log">Where faults go.</param>
    public EventFeed(EventsRequest request, NodeAddress? only, NodeParts parts, ILogger log)
    {
        _request = request;
        _only = only;
        _parts = parts;
        _log = log;
    }

    /// <summary>The lock of the feed and of its sources.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Completes when every node that was known at the beginning has been asked once.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Whether it has ended by itself: then another one takes its place.</summary>
    public bool HasEnded => _end.IsCancellationRequested;

    /// <summary>Adds a reader; it is told at once of nodes that are going away.</summary>
    public void Add(EventReader reader)
    {
        lock (Gate)
        {
            _readers.Add(reader);
            foreach (var (source, _) in _sources.Values)
            {
                if (source.GoingAway is { } goingAway)
                {
                    reader.Write(goingAway, lostCount: 0);
                }
            }

            if (HasEnded)
            {
                reader.Complete();
            }
        }
    }

    /// <summary>Removes a reader; true when none is left.</summary>
    public bool Remove(EventReader reader)
    {
        lock (Gate)
        {
            _readers.Remove(reader);
            return _readers.Count == 0;
        }
    }

    /// <summary>Reads from nodes until nobody reads any more.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    public async Task RunAsync()
    {
        try
        {
            await FollowAsync(_end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // Nobody reads any more.
            return;
        }
        catch (Exception error)
        {
            LogFailed(_log, error);
        }
        finally
        {
            _begun.TrySetResult();
            Complete();
        }
    }

    /// <summary>Ends it: nobody reads.</summary>
    public void End() => _ = _end.CancelAsync();

    /// <summary>Gives an event to all readers. Threads: one of a bus.</summary>
    public void Write(EventSource source, CallsEvent happened)
    {
        lock (Gate)
        {
            var lost = source.Count(happened);
            foreach (var reader in _readers)
            {
                reader.Write(happened, lost);
            }
        }
    }

    /// <summary>A node has begun anew to send: the session that is read may have ended meanwhile, which is told
    /// then. False when that cannot be known yet.</summary>
    public async Task<bool> TryCloseGapAsync(CancellationToken cancellation)
    {
        if (_request.SessionId is not { } sessionId || _only is not { } node)
        {
            return true;
        }

        var session = new SessionKey(_request.AppId, sessionId);
        var result = await new RemoteNode(node, _parts).GetSessionAsync(session, cancellation);
        if (result.Error is { Code: CallsErrorCode.SessionGone })
        {
            TellSessionEnded(sessionId);
            return true;
        }

        return result.IsDone;
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // Taken before the look, so that what comes in between is seen.
            var changed = _parts.Directory.Changed;
            var tried = Join(cancellation);
            if (!_begun.Task.IsCompleted)
            {
                await Task.WhenAll(tried).WaitAsync(cancellation);
                _begun.TrySetResult();
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Begins with the nodes that it does not read yet, and asks those again that live anew.</summary>
    /// <returns>The first tries of those that will answer.</returns>
    private List<Task> Join(CancellationToken cancellation)
    {
        var tried = new List<Task>();
        foreach (var (address, node) in Wanted())
        {
            var life = node?.Announcement.Life;
            if (!IsRead(address, life) && Begin(address, life, cancellation) is { } source)
            {
                if (_only is not null || node is { Standing: NodeStanding.Alive })
                {
                    tried.Add(source.Tried);
                }
            }
        }

        return tried;
    }

    private IEnumerable<(NodeAddress Address, NodeSight? Node)> Wanted() =>
        _only is { } only
            ? [(only, _parts.Directory.Find(only))]
            : _parts
                .Directory.Look()
                .Where(node => node.Standing != NodeStanding.Stopped)
                .Select(node => (node.Address, (NodeSight?)node));

    private bool IsRead(NodeAddress address, ulong? life)
    {
        lock (Gate)
        {
            if (!_sources.TryGetValue(address, out var known))
            {
                return false;
            }

            if (life is not null && known.Life != life)
            {
                _sources[address] = (known.Source, life);
                known.Source.HandleNewLife();
            }

            return true;
        }
    }

    private EventSource? Begin(NodeAddress address, ulong? life, CancellationToken cancellation)
    {
        if (_parts.Buses.Find(address) is not { } bus)
        {
            return null;
        }

        var source = new EventSource(address, _request, this, bus, _parts);
        lock (Gate)
        {
            _sources.Add(address, (source, life));
        }

        _ = ReadAsync(address, source, cancellation);
        return source;
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    private async Task ReadAsync(
        NodeAddress address,
        EventSource source,
        CancellationToken cancellation
    )
    {
        try
        {
            await source.RunAsync(cancellation);
            if (_only is not null)
            {
                // The node is gone for good, and the session with it.
                TellSessionEnded(_request.SessionId);
                Complete();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Nobody reads any more.
            return;
        }
        catch (Exception error)
        {
            LogFailed(_log, error);
        }
        finally
        {
            lock (Gate)
            {
                _sources.Remove(address);
            }
        }
    }

    private void TellSessionEnded(string? sessionId)
    {
        if (sessionId is null)
        {
            return;
        }

        var ended = new CallsEvent(
            CallsEventKind.SessionEnded,
            sessionId,
            _parts.Time.GetUtcNow(),
            Sequence: 0
        );
        lock (Gate)
        {
            foreach (var reader in _readers)
            {
                reader.Write(ended, lostCount: 0);
            }
        }
    }

    private void Complete()
    {
        End();
        lock (Gate)
        {
            foreach (var reader in _readers)
            {
                reader.Complete();
            }
        }
    }

    [LoggerMessage(4410, LogLevel.Error, "Events are not read any more by an error of ours.")]
    private static partial void LogFailed(ILogger log, Exception error);
}
