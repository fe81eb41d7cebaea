using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Bus;

namespace Control.Server.Placement;

/// <summary>The events of one node for one feed: opened, kept open by a lease that is renewed, and opened again
/// when the node comes back.</summary>
/// <remarks>
/// What was lost shows in the node's numbers, which grow by one; numbers that begin anew are a new
/// beginning of the node, of which nobody knows what came before. Threads: any.
/// </remarks>
internal sealed class EventSource
{
    /// <summary>How long a node sends events without being asked again. Chosen: a control that died is
    /// forgotten in a quarter of a minute.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    // Chosen: two renewals may be lost.
    private static readonly TimeSpan Renewal = Lease / 3;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly NodeAddress _node;
    private readonly EventsRequest _request;
    private readonly EventFeed _feed;
    private readonly NodeParts _parts;
    private readonly IBus _bus;
    private readonly string _inbox;
    private readonly TaskCompletionSource _tried = NewSignal();
    private TaskCompletionSource _woken = NewSignal();
    private long _last;
    private long _lostCount;

    /// <summary>Makes it; it runs with <see cref="RunAsync"/>.</summary>
    public EventSource(
        NodeAddress node,
        EventsRequest request,
        EventFeed feed,
        IBus bus,
        NodeParts parts
    )
    {
        _node = node;
        _request = request;
        _feed = feed;
        _bus = bus;
        _parts = parts;
        _inbox = bus.CreateInbox();
    }

    /// <summary>Completes when the node was asked once, whatever came of it.</summary>
    public Task Tried => _tried.Task;

    /// <summary>That the node goes away, if it said so in the life it is in. Threads: under the feed's lock.</summary>
    public CallsEvent? GoingAway { get; private set; }

    /// <summary>Reads until cancelled, or until the node is gone for good.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var subscription = _bus.Subscribe(_inbox, Handle);
        var wasOpen = false;
        var hasGap = false;
        try
        {
            while (true)
            {
                var woken = Volatile.Read(ref _woken).Task;
                var reply = await OpenAsync(cancellation);
                if (reply.IsDone && wasOpen && reply.Value.IsNew)
                {
                    HandleReopened();
                    hasGap = true;
                }

                wasOpen |= reply.IsDone;
                _tried.TrySetResult();
                if (IsGone(reply.Failure))
                {
                    return;
                }

                hasGap = hasGap && !await _feed.TryCloseGapAsync(cancellation);
                await WaitAsync(woken, hasGap ? Retry : ToPause(reply), cancellation);
            }
        }
        finally
        {
            _tried.TrySetResult();
            if (wasOpen)
            {
                Close();
            }
        }
    }

    /// <summary>Asks the node again at once: it has begun anew. Threads: under the feed's lock.</summary>
    public void HandleNewLife()
    {
        GoingAway = null;
        Wake();
    }

    private void Wake() => Interlocked.Exchange(ref _woken, NewSignal()).TrySetResult();

    private ValueTask<NodeReply<EventsLease>> OpenAsync(CancellationToken cancellation) =>
        _parts.Link.AskAsync(
            _node,
            NodeOperations.OpenEvents,
            new OpenEventsRequest(_request, _inbox, Lease),
            NodePatience.Everybody,
            cancellation
        );

    /// <summary>Nobody waits for the answer: without it the lease ends by itself.</summary>
    private void Close() =>
        _bus.TryPublish(
            NodeSubject.Requests(_node),
            NodeEnvelope.Write(
                NodeOperations.CloseEvents.Name,
                new CloseEventsRequest(_inbox),
                NodeOperations.CloseEvents.RequestType
            ),
            _inbox
        );

    private bool IsGone(NodeFailure? failure) =>
        failure?.Kind == NodeFailureKind.Absent && _parts.Directory.IsLost(_node);

    private static TimeSpan ToPause(NodeReply<EventsLease> reply) =>
        reply.IsDone ? Renewal : reply.Refused?.RetryAfter ?? Retry;

    private async Task WaitAsync(Task woken, TimeSpan pause, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(woken, Task.Delay(pause, _parts.Time, enough.Token));
        await enough.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Takes what comes to the inbox. Threads: one of the bus.</summary>
    private void Handle(BusMessage message)
    {
        if (!NodeEnvelope.TryRead(message.Payload, out var envelope))
        {
            return;
        }

        if (string.Equals(envelope.Name, NodeEnvelope.End, StringComparison.Ordinal))
        {
            Wake();
            return;
        }

        if (
            string.Equals(envelope.Name, NodeEnvelope.Event, StringComparison.Ordinal)
            && NodeJson.TryRead(envelope.Body, NodeJson.Types.CallsEvent, out var happened)
        )
        {
            _feed.Write(this, happened!);
        }
    }

    /// <summary>Counts an event; returns how many were lost before it. Threads: under the feed's lock.</summary>
    public long Count(CallsEvent happened)
    {
        var lost =
            happened.Sequence > _last
                ? happened.Sequence - _last - 1
                // Numbers begin anew: of what came before, at least one may be missing.
                : happened.Sequence;
        _last = happened.Sequence;
        lost += _lostCount;
        _lostCount = 0;
        if (happened.Kind == CallsEventKind.GoingAway)
        {
            GoingAway = happened;
        }

        return Math.Max(0, lost);
    }

    private void HandleReopened()
    {
        lock (_feed.Gate)
        {
            _lostCount++;
        }
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
