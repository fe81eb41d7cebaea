using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Edge.Bus.Nats;

/// <summary>A bus over NATS, on a connection of its own.</summary>
/// <remarks>
/// It starts without a server and connects when there is one; when it loses it, it connects again, for ever.
/// Messages wait in a bounded queue of its own, never in the client library's. A server that does not read
/// for five seconds is given up; what was on the way to it may then come after messages that went over the
/// next connection, as with any network, so whoever needs the order beyond a loss numbers its messages.
/// </remarks>
public sealed partial class NatsBus : IBus
{
    // A server may be asked before it is known; this is what one allows that was told nothing else.
    private const int PayloadBytesMaxDefault = 1024 * 1024;

    // Chosen: what a process that stops can spare for what it said last.
    private static readonly TimeSpan DrainLookEvery = TimeSpan.FromMilliseconds(5);

    private readonly NatsBusOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly BusCounters _counters = new();
    private readonly SubscriptionTable _subscriptions = new();
    private readonly PendingRequests _requests;
    private readonly BusSubscription _answers;
    private readonly BusDispatcher _dispatcher;
    private readonly NatsOutbox _outbox;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private volatile NatsLink? _link;
    private volatile int _payloadBytesMax;
    private bool _wasConnected;
    private int _isDisposed;

    private NatsBus(NatsBusOptions options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _requests = new(options.InboxPrefix, PendingRequests.CreateToken());
        _answers = new(_requests.Pattern, static _ => { }, static _ => { });
        _dispatcher = new(
            $"{options.Name}-call",
            options.IncomingBytesMax,
            options.AgeMax,
            _counters,
            logger
        );
        _outbox = new(options.OutgoingBytesMax, options.AgeMax, _counters);
        _payloadBytesMax = PayloadBytesMaxDefault;
    }

    /// <inheritdoc/>
    public bool IsConnected => _link is not null;

    /// <inheritdoc/>
    public int PayloadBytesMax => _payloadBytesMax;

    /// <inheritdoc/>
    public BusStats Stats => _counters.Read();

    /// <summary>Starts one. It connects later, and again whenever it has to.</summary>
    /// <exception cref="ArgumentException">The options are not good.</exception>
    public static NatsBus Start(NatsBusOptions options, ILogger<NatsBus> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Validate();
        if (!problems.IsEmpty)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        var bus = new NatsBus(options, logger);
        bus._dispatcher.Start();
        bus._running = Task.Run(() => bus.RunAsync(options.ReadUrls(), bus._stop.Token));
        return bus;
    }

    /// <inheritdoc/>
    public bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null)
    {
        BusGuard.Subject(subject, replyTo);
        return TryPublish(subject, payload, replyTo, wakes: true);
    }

    /// <inheritdoc/>
    public bool TryWrite(string subject, ReadOnlySpan<byte> payload)
    {
        BusGuard.Subject(subject, replyTo: null);
        return TryPublish(subject, payload, replyTo: null, wakes: false);
    }

    /// <inheritdoc/>
    public void Flush() => _link?.TrySend();

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

        if (!TryAdd(subject, payload.Span, request.ReplyTo, wakes: true))
        {
            return new(_requests.Refuse(request, BusReplyStatus.Unavailable));
        }

        return _requests.WaitAsync(request, within, cancellation);
    }

    /// <inheritdoc/>
    public string CreateInbox() => _requests.CreateInbox();

    /// <inheritdoc/>
    public IDisposable WatchConnection(Action<bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfDisposed();
        return _dispatcher.Watch(handler);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await DrainAsync();
            await _stop.CancelAsync();
        }

        await _running;
        await _dispatcher.CloseAsync();
        _stop.Dispose();
    }

    private BusSubscription Subscribe(string pattern, BusHandler handler, bool isDirect)
    {
        BusGuard.Pattern(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfDisposed();
        var subscription = new BusSubscription(pattern, handler, Remove, isDirect);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            Send(subscription);
        }

        return subscription;
    }

    private bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo, bool wakes)
    {
        if (TryAdd(subject, payload, replyTo, wakes))
        {
            return true;
        }

        _counters.CountDropped();
        return false;
    }

    private bool TryAdd(string subject, ReadOnlySpan<byte> payload, string? replyTo, bool wakes) =>
        Volatile.Read(ref _isDisposed) == 0
        && payload.Length <= PayloadBytesMax
        && _outbox.TryAdd(subject, payload, replyTo, wakes);

    private void ThrowIfDisposed() =>
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);

    private void Remove(BusSubscription subscription)
    {
        lock (_gate)
        {
            if (_subscriptions.Remove(subscription))
            {
                Send(subscription);
            }
        }

        _dispatcher.Forget(subscription);
    }

    private void Send(BusSubscription subscription)
    {
        if (!_outbox.TryAdd(subscription))
        {
            _link?.End(NatsLinkEnd.Overrun);
        }
    }

    /// <summary>Takes what came. Threads: the connection's reader.</summary>
    private void Arrive(
        BusSubscription subscription,
        string subject,
        in ReadOnlySequence<byte>? payload,
        string? replyTo
    )
    {
        if (subscription == _answers)
        {
            _requests.TryAnswer(
                subject,
                payload is { } answer
                    ? new(BusReplyStatus.Answered, answer.ToArray())
                    : new(BusReplyStatus.NoResponders, default)
            );
        }
        else if (payload is { } bytes)
        {
            _dispatcher.Post(subscription, subject, bytes, replyTo);
        }
    }

    private async Task DrainAsync()
    {
        if (_link is not { } link)
        {
            return;
        }

        var until = Environment.TickCount64 + (long)_options.FinishWithin.TotalMilliseconds;
        _outbox.Wake();
        while (!link.IsIdle && _link == link && Environment.TickCount64 < until)
        {
            await Task.Delay(DrainLookEvery);
        }

        var left = Math.Max(0, until - Environment.TickCount64);
        await link.FlushAsync(TimeSpan.FromMilliseconds(left));
    }

    private async Task RunAsync(ImmutableArray<Uri> urls, CancellationToken stop)
    {
        var pace = new NatsPace(urls.Length);
        while (!stop.IsCancellationRequested)
        {
            var url = urls[pace.UrlIndex];
            var link = new NatsLink(url, _options, Arrive, LogTrouble);
            try
            {
                await link.OpenAsync(stop);
                pace.NoteConnected();
                LogConnected(_logger, url, link.ServerVersion);
                var end = await UseAsync(link, mayRetire: urls.Length > 1, stop);
                pace.NoteEnded(end);
                LogEnd(url, end);
            }
            catch (Exception error) // Whatever it is, the next attempt may go better.
            {
                pace.NoteFailed();
                if (pace.IsWorthTelling && !stop.IsCancellationRequested)
                {
                    LogCannotConnect(_logger, url, pace.Failures, link.CauseOf(error));
                }
            }

            await link.DisposeAsync();
            await Task.Delay(pace.Wait, stop)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<NatsLinkEnd> UseAsync(NatsLink link, bool mayRetire, CancellationToken stop)
    {
        int opening;
        lock (_gate)
        {
            _payloadBytesMax = Math.Min(link.PayloadBytesMax, _options.OutgoingBytesMax / 2);
            _link = link;
            opening = _outbox.Open([_answers, .. _subscriptions.All()]);
        }

        if (_wasConnected)
        {
            _counters.CountReconnect();
        }

        _wasConnected = true;
        _dispatcher.PostConnection(isConnected: true);
        var end = await link.RunAsync(_outbox, opening, _counters, mayRetire, stop);
        lock (_gate)
        {
            _link = null;
            _outbox.Close();
        }

        _requests.EndAll(BusReplyStatus.TimedOut);
        _dispatcher.PostConnection(isConnected: false);
        return end;
    }

    private void LogEnd(Uri url, NatsLinkEnd end)
    {
        if (end is NatsLinkEnd.Retired or NatsLinkEnd.Stopped)
        {
            LogClosed(_logger, url, end);
            return;
        }

        LogLost(_logger, url, end);
    }

    private void LogTrouble(string what, int untold) => LogTrouble(_logger, what, untold);
}
