using System.Net;
using Edge.Bus.Lan.Links;
using Edge.Bus.Lan.Records;
using Microsoft.Extensions.Logging;

namespace Edge.Bus.Lan;

/// <summary>Carries messages between the processes of one PoP, with no broker: each is connected with each.</summary>
/// <remarks>
/// What is published goes to the peers that have subscribed it and to this process's own subscribers. It needs nothing
/// but the PoP's key and the list of peers. A connection is there when both processes have each other among their peers.
/// Formats, keys and what was decided: NOTES.md.
/// </remarks>
public sealed class LanBus : IBus
{
    private readonly LanHub _hub;
    private readonly LanListener _listener;
    private readonly Lazy<Task> _ending;

    private LanBus(LanHub hub, LanListener listener)
    {
        _hub = hub;
        _listener = listener;
        _ending = new(EndAsync);
    }

    /// <summary>Whether the bus runs: true until it is disposed. A process that is alone in its PoP is connected with
    /// all there are; whether a peer is, <see cref="Peers"/> tells.</summary>
    public bool IsConnected => !_hub.IsEnded;

    /// <inheritdoc/>
    public int PayloadBytesMax => FrameFormat.PayloadBytesMax;

    /// <inheritdoc/>
    public BusStats Stats => _hub.Counters.Read();

    /// <summary>What became of connections that came in.</summary>
    public LanHandshakeStats Handshakes => new(_listener.Refused, _listener.Evicted);

    /// <summary>How often peers were suspected.</summary>
    public LanSuspicions Suspicions => _hub.Lives.Suspicions;

    /// <summary>Where this process listens.</summary>
    public IPEndPoint Address => _listener.Address;

    /// <summary>How each peer is now, by name.</summary>
    public IReadOnlyList<LanPeerStatus> Peers => _hub.Roster.Statuses();

    /// <summary>Starts a bus.</summary>
    /// <param name="options">How.</param>
    /// <param name="logger">Where peers that come and go are noted, and faults of handlers.</param>
    public static LanBusStart Start(LanBusOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        var problems = options.Validate();
        if (!problems.IsEmpty)
        {
            return new LanBusStart.Misconfigured(problems);
        }

        var error = LanListener.TryBind(options.Listen, out var socket);
        if (socket is null)
        {
            return new LanBusStart.Unbound(error);
        }

        var hub = new LanHub(options, logger);
        var listener = new LanListener(socket, hub);
        hub.Start();
        hub.Threads.Start("lan listener", listener.Run);
        hub.Threads.Start("lan lives", hub.Lives.Run);
        hub.Roster.SetPeers(options.Peers);
        return new LanBusStart.Running(new LanBus(hub, listener));
    }

    /// <summary>Replaces the peers: connections with those that are left out end, those that are new are made.</summary>
    /// <param name="peers">The other processes of the PoP; this one may be among them.</param>
    /// <exception cref="ArgumentException">A name cannot be one, comes twice, or there are too many.</exception>
    public void SetPeers(IReadOnlyCollection<LanPeer> peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        ObjectDisposedException.ThrowIf(_hub.IsEnded, this);
        var problems = string.Join(' ', LanBusOptions.FindProblems(peers));
        if (problems.Length > 0)
        {
            throw new ArgumentException(problems, nameof(peers));
        }

        _hub.Roster.SetPeers(peers);
    }

    /// <summary>Calls back when a peer comes (its subscriptions are known) or goes, until disposed: at once, before what it
    /// has published last need be handled.</summary>
    /// <param name="handler">Called for one change at a time, on a thread of the peer's connection: it must not wait.
    /// The changes of one peer come in order and alternate.</param>
    public IDisposable WatchPeers(Action<LanPeerStatus> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_hub.IsEnded, this);
        return _hub.Roster.Watch(handler);
    }

    /// <summary>Calls back when a peer is heard for the first time or again, is suspected to be dead, or is gone, until disposed:
    /// at once when its system has closed its connection, and some 250 ms after the last sign of it else. How all are is in
    /// <see cref="Peers"/>.</summary>
    /// <param name="handler">Called for one change at a time, on a thread of a peer's connection or one of the bus: it must not
    /// wait. The changes of one peer come in order.</param>
    public IDisposable WatchLives(Action<LanPeerChange> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_hub.IsEnded, this);
        return _hub.Lives.Watch(handler);
    }

    /// <summary>Calls back for each peer that listens to a subject, and whenever one begins to, for the first time or again, until
    /// disposed: what is published from then on reaches it. What was published before did not, however long it has been
    /// connected.</summary>
    /// <param name="subject">The subject, without wildcards; patterns that cover it count.</param>
    /// <param name="handler">Called before this returns, and on a thread of the peer's connection: it must not wait.</param>
    public IDisposable WatchListeners(string subject, Action handler)
    {
        BusGuard.Subject(subject, replyTo: null);
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_hub.IsEnded, this);
        return _hub.WatchListeners(subject, handler);
    }

    /// <inheritdoc/>
    public bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null)
    {
        BusGuard.Subject(subject, replyTo);
        return _hub.Publish(subject, payload, replyTo) is not null;
    }

    /// <inheritdoc/>
    public bool TryWrite(string subject, ReadOnlySpan<byte> payload)
    {
        BusGuard.Subject(subject, replyTo: null);
        return _hub.Publish(subject, payload, replyTo: null, isWritten: true) is not null;
    }

    /// <inheritdoc/>
    public void Flush() => LanHub.Flush();

    /// <inheritdoc/>
    public IDisposable Subscribe(string pattern, BusHandler handler) =>
        Subscribe(pattern, handler, isDirect: false);

    /// <inheritdoc/>
    public IDisposable SubscribeDirect(string pattern, BusHandler handler) =>
        Subscribe(pattern, handler, isDirect: true);

    /// <inheritdoc/>
    public async ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        BusGuard.Request(subject, within);
        cancellation.ThrowIfCancellationRequested();
        if (!_hub.Requests.TryAdd(out var request))
        {
            return new(BusReplyStatus.Unavailable, default);
        }

        try
        {
            var count = _hub.Publish(subject, payload.Span, request.ReplyTo, isRequest: true);
            if (count is null or 0)
            {
                return _hub.Requests.Refuse(
                    request,
                    count is null ? BusReplyStatus.Unavailable : BusReplyStatus.NoResponders
                );
            }

            return await _hub.Requests.WaitAsync(request, within, cancellation);
        }
        finally
        {
            _hub.ForgetRequest(request.ReplyTo);
        }
    }

    /// <inheritdoc/>
    public string CreateInbox() => _hub.Requests.CreateInbox();

    /// <summary>Calls back when the bus ends; there is no other change (<see cref="IsConnected"/>).</summary>
    public IDisposable WatchConnection(Action<bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_hub.IsEnded, this);
        return _hub.WatchConnection(handler);
    }

    /// <summary>Sends what waits, for a moment, and leaves the PoP.</summary>
    public ValueTask DisposeAsync() => new(_ending.Value);

    private BusSubscription Subscribe(string pattern, BusHandler handler, bool isDirect)
    {
        BusGuard.Pattern(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        ObjectDisposedException.ThrowIf(_hub.IsEnded, this);
        return _hub.Subscribe(pattern, handler, isDirect);
    }

    private async Task EndAsync()
    {
        var handlers = _hub.EndAsync();
        _listener.Stop();
        _hub.Roster.Finish();
        var threads = _hub.Threads.EndAsync();
        await Task.WhenAny(threads, Task.Delay(_hub.Options.FinishWithin, CancellationToken.None));
        _hub.Roster.Close();
        await threads;
        await handlers;
    }
}
