using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Bus;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Serving;

/// <summary>Sends events to readers in other processes, for as long as they say that they want them.</summary>
/// <remarks>
/// A reader is named by its inbox. Its lease is short and asked for again, so that one whose process died
/// costs nothing for long. What cannot be sent is lost, and the numbers of the events say so. Threads: any.
/// </remarks>
/// <param name="calls">Whose events.</param>
/// <param name="countMax">Most readers at once.</param>
/// <param name="time">The clock of leases.</param>
/// <param name="logger">Where faults go.</param>
internal sealed partial class EventReaders(
    ICallsNode calls,
    int countMax,
    TimeProvider time,
    ILogger logger
) : IAsyncDisposable
{
    // Chosen: shorter ones would be most of the traffic, longer ones keep the dead.
    private static readonly TimeSpan LeaseMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaseMax = TimeSpan.FromSeconds(60);

    // Chosen: whoever is refused asks at each look for nodes anyway.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // Chosen: sending what sessions said as they ended takes a millisecond; a thousand readers a hundred.
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, Reader> _byInbox = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private bool _isStopping;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byInbox.Count;
            }
        }
    }

    /// <summary>Begins to send events, or goes on for longer. Up to its first wait, which the node in this
    /// process does not have, it is done on the caller's thread: events of whatever is asked
    /// later are not missed.</summary>
    public async ValueTask<CallsResult<EventsLease>> OpenAsync(OpenEventsRequest request, IBus bus)
    {
        if (!BusSubject.IsSubject(request.Inbox))
        {
            return new CallsError(CallsErrorCode.InvalidParams, "The inbox is not a subject.");
        }

        var lease = TimeSpan.FromTicks(
            Math.Clamp(request.Lease.Ticks, LeaseMin.Ticks, LeaseMax.Ticks)
        );
        Reader reader;
        lock (_lock)
        {
            if (_byInbox.TryGetValue(request.Inbox, out var found))
            {
                if (found.Events == request.Events && found.TryExtend(lease))
                {
                    return new EventsLease(lease, IsNew: false);
                }

                Remove(request.Inbox, found);
            }

            if (_isStopping || _byInbox.Count >= countMax)
            {
                return new CallsError(
                    CallsErrorCode.Overloaded,
                    "The node takes no more readers of events now.",
                    RetryAfter
                );
            }

            reader = new Reader(request.Events, bus, lease, time);
            _byInbox.Add(request.Inbox, reader);
        }

        var opened = new TaskCompletionSource();
        reader.Sending = SendAsync(request.Inbox, reader, opened);
        await opened.Task;
        return new EventsLease(lease, IsNew: true);
    }

    /// <summary>Sends no more events to a reader.</summary>
    public void Close(string inbox)
    {
        lock (_lock)
        {
            if (_byInbox.TryGetValue(inbox, out var reader))
            {
                Remove(inbox, reader);
            }
        }
    }

    /// <summary>Tells all readers that no events follow, after those that have happened.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isStopping = true;
        }

        if (Count > 0)
        {
            await Task.Delay(LastWords, time);
        }

        KeyValuePair<string, Reader>[] left;
        lock (_lock)
        {
            left = [.. _byInbox];
            foreach (var (inbox, reader) in left)
            {
                Remove(inbox, reader);
            }
        }

        foreach (var (inbox, reader) in left)
        {
            await reader.Sending;
            SayEnd(inbox, reader);
        }
    }

    private static void SayEnd(string inbox, Reader reader) =>
        reader.Bus.TryPublish(
            inbox,
            NodeEnvelope.Write(NodeEnvelope.End, new NodeDone(), NodeJson.Types.NodeDone)
        );

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    private async Task SendAsync(string inbox, Reader reader, TaskCompletionSource opened)
    {
        try
        {
            var events = await calls.ReadEventsAsync(reader.Events, reader.Ended);
            opened.SetResult();
            await foreach (var happened in events)
            {
                // The node hears of the end a moment later than this.
                reader.Ended.ThrowIfCancellationRequested();
                reader.Bus.TryPublish(
                    inbox,
                    NodeEnvelope.Write(NodeEnvelope.Event, happened, NodeJson.Types.CallsEvent)
                );
            }

            // Another node goes on with what it reads: it asks again at once, and is answered by that one.
            SayEnd(inbox, reader);
        }
        catch (OperationCanceledException) when (reader.Ended.IsCancellationRequested)
        {
            // The lease is over, or the reader is gone.
            opened.TrySetCanceled(reader.Ended);
        }
        catch (Exception error)
        {
            LogNotSent(logger, error);
            opened.TrySetException(error);
        }
        finally
        {
            lock (_lock)
            {
                Remove(inbox, reader);
            }

            await reader.Ending;
            reader.Dispose();
        }
    }

    private void Remove(string inbox, Reader reader)
    {
        if (_byInbox.TryGetValue(inbox, out var found) && found == reader)
        {
            _byInbox.Remove(inbox);
            reader.End();
        }
    }

    /// <summary>One who reads. Threads: under the lock, but for what never changes.</summary>
    private sealed class Reader : IDisposable
    {
        private readonly CancellationTokenSource _end;

        public Reader(EventsRequest events, IBus bus, TimeSpan lease, TimeProvider time)
        {
            _end = new CancellationTokenSource(lease, time);
            Events = events;
            Bus = bus;
            Ended = _end.Token;
        }

        public EventsRequest Events { get; }

        public IBus Bus { get; }

        public CancellationToken Ended { get; }

        public Task Sending { get; set; } = Task.CompletedTask;

        public Task Ending { get; private set; } = Task.CompletedTask;

        /// <summary>Begins the lease anew; false when it was over.</summary>
        public bool TryExtend(TimeSpan again)
        {
            if (Ended.IsCancellationRequested)
            {
                return false;
            }

            _end.CancelAfter(again);
            return true;
        }

        /// <summary>Ends it; not on this thread, where a lock is held.</summary>
        public void End() => Ending = _end.CancelAsync();

        public void Dispose() => _end.Dispose();
    }
}
