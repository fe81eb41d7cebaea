using Microsoft.Extensions.Logging;

namespace Edge.Bus.InProcess;

/// <summary>A bus among others of an <see cref="InProcessExchange"/>.</summary>
public sealed class InProcessBus : IBus
{
    private readonly InProcessExchange _exchange;
    private readonly InProcessBusOptions _options;
    private readonly BusCounters _counters = new();
    private readonly BusDispatcher _dispatcher;
    private readonly SubscriptionTable _subscriptions = new();
    private readonly ListenerWatches _listeners;
    private readonly PendingRequests _requests = new(
        PendingRequests.InboxPrefixDefault,
        PendingRequests.CreateToken()
    );
    private volatile bool _isConnected;
    private volatile bool _isDisposed;
    private bool _wasConnected;

    internal InProcessBus(InProcessExchange exchange, InProcessBusOptions options, ILogger logger)
    {
        _exchange = exchange;
        _options = options;
        _listeners = new(logger);
        _dispatcher = new(
            nameof(InProcessBus),
            options.IncomingBytesMax,
            ageMax: null,
            _counters,
            logger
        );
    }

    /// <inheritdoc/>
    public bool IsConnected => _isConnected;

    /// <inheritdoc/>
    public int PayloadBytesMax => _options.PayloadBytesMax;

    /// <inheritdoc/>
    public BusStats Stats => _counters.Read();

    /// <inheritdoc/>
    public bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null)
    {
        BusGuard.Subject(subject, replyTo);
        if (Publish(subject, payload, replyTo) is not null)
        {
            return true;
        }

        _counters.CountDropped();
        return false;
    }

    /// <inheritdoc/>
    public bool TryWrite(string subject, ReadOnlySpan<byte> payload) =>
        TryPublish(subject, payload);

    /// <summary>Nothing: what was written has arrived.</summary>
    public void Flush() { }

    /// <inheritdoc/>
    public IDisposable Subscribe(string pattern, BusHandler handler) =>
        Subscribe(pattern, handler, isDirect: false);

    /// <inheritdoc/>
    public IDisposable SubscribeDirect(string pattern, BusHandler handler) =>
        Subscribe(pattern, handler, isDirect: true);

    /// <inheritdoc/>
    public ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        BusGuard.Request(subject, within);
        cancellation.ThrowIfCancellationRequested();
        if (!_requests.TryAdd(out var request))
        {
            return new(new BusReply(BusReplyStatus.Unavailable, default));
        }

        var count = Publish(subject, payload.Span, request.ReplyTo);
        if (count is null or 0)
        {
            var status = count is null ? BusReplyStatus.Unavailable : BusReplyStatus.NoResponders;
            return new(_requests.Refuse(request, status));
        }

        return _requests.WaitAsync(request, within, cancellation);
    }

    /// <inheritdoc/>
    public string CreateInbox() => _requests.CreateInbox();

    /// <inheritdoc/>
    public IDisposable WatchConnection(Action<bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _dispatcher.Watch(handler);
    }

    /// <summary>Calls back for each other bus that listens to a subject, and whenever one begins to, for the first time or again,
    /// until disposed: what is published from then on reaches it.</summary>
    /// <param name="subject">The subject, without wildcards; patterns that cover it count.</param>
    /// <param name="handler">Called before this returns, and by whoever begins to listen: it must not wait.</param>
    public IDisposable WatchListeners(string subject, Action handler)
    {
        BusGuard.Subject(subject, replyTo: null);
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var watch = _listeners.Add(subject, handler);
        _exchange.TellListeners(this, subject, handler);
        return watch;
    }

    /// <summary>Cuts it off from the others, as the loss of a network would.</summary>
    public void Disconnect() => Change(isConnected: false);

    /// <summary>Joins it with the others again.</summary>
    public void Reconnect()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Change(isConnected: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        Disconnect();
        await _dispatcher.CloseAsync();
    }

    internal void Start()
    {
        _dispatcher.Start();
        Change(isConnected: true);
    }

    /// <summary>Takes a message of any bus, this one too. Threads: one at a time, the exchange's lock.</summary>
    /// <returns>How many want it.</returns>
    internal int Take(string subject, ReadOnlySpan<byte> payload, string? replyTo)
    {
        if (_requests.IsAnswer(subject))
        {
            _requests.TryAnswer(subject, new(BusReplyStatus.Answered, payload.ToArray()));
            return 1;
        }

        return _subscriptions.Post(_dispatcher, subject, payload, replyTo);
    }

    /// <summary>Whether it listens to a subject.</summary>
    internal bool ListensTo(string subject) =>
        _subscriptions.All().Any(subscription => BusSubject.Matches(subscription.Pattern, subject));

    /// <summary>Another bus listens. Threads: one at a time, the exchange's lock.</summary>
    internal void NoteListener(string pattern) => _listeners.Note(pattern);

    /// <summary>Tells another bus what this one listens to. Threads: as above.</summary>
    internal void TellInterest(InProcessBus other)
    {
        foreach (var subscription in _subscriptions.All())
        {
            other.NoteListener(subscription.Pattern);
        }
    }

    private BusSubscription Subscribe(string pattern, BusHandler handler, bool isDirect)
    {
        BusGuard.Pattern(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var subscription = new BusSubscription(pattern, handler, Remove, isDirect);
        _subscriptions.Add(subscription);
        _exchange.NoteListener(this, pattern);
        return subscription;
    }

    private int? Publish(string subject, ReadOnlySpan<byte> payload, string? replyTo)
    {
        if (payload.Length > PayloadBytesMax)
        {
            return null;
        }

        var count = _exchange.Publish(this, subject, payload, replyTo);
        if (count is not null)
        {
            _counters.CountPublished(payload.Length);
        }

        return count;
    }

    private void Change(bool isConnected)
    {
        _exchange.Change(this, () => Note(isConnected));
        if (!isConnected)
        {
            _requests.EndAll(BusReplyStatus.TimedOut);
        }
    }

    private bool Note(bool isConnected)
    {
        if (_isConnected == isConnected)
        {
            return false;
        }

        _isConnected = isConnected;
        if (isConnected && _wasConnected)
        {
            _counters.CountReconnect();
        }

        _wasConnected |= isConnected;
        _dispatcher.PostConnection(isConnected);
        return true;
    }

    private void Remove(BusSubscription subscription)
    {
        _subscriptions.Remove(subscription);
        _dispatcher.Forget(subscription);
    }
}
