using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Native.Sockets;
using Edge.Node.Sessions.Channels;
using Edge.Node.Sessions.Identities;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation.Sessions;

namespace Edge.Node.Sessions.Calls;

/// <summary>One session of the session and track API: its offers and answers, and its tracks by name.</summary>
/// <remarks>
/// Its media side, <see cref="Media"/>, exists from the first description of the client on. Threads:
/// what is not marked "any" is touched under <see cref="Gate"/> only.
/// </remarks>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "A source of cancellation without timer and wait handle holds nothing; the socket goes to the media side, or is closed by who ends the session."
)]
internal sealed class CallsSession
{
    private readonly ConcurrentDictionary<string, CallsTrack> _published = new(
        StringComparer.Ordinal
    );
    private volatile TaskCompletionSource _news = NewSignal();
    private volatile TaskCompletionSource _answered = NewSignal();
    private volatile TaskCompletionSource _connected = NewSignal();
    private readonly CancellationTokenSource _ended = new();
    private volatile SessionChannels? _channels;
    private volatile bool _wantsEvents;
    private volatile Session? _media;
    private UdpSocket? _ownSocket;
    private Telling? _telling;
    private long _toldSequence;
    private int _fate;

    /// <summary>Makes a session without sections.</summary>
    public CallsSession(
        string id,
        NewSessionRequest request,
        SessionPolicy policy,
        Prng random,
        Instant now
    )
        : this(CallsSessionFacts.Of(id, request), new SessionNegotiator(policy), random, now)
    {
        Audio = request.Audio;
        IceMode = request.IsThirdParty ? IceMode.Controlling : IceMode.Lite;
    }

    /// <summary>Makes a client's session that goes on here.</summary>
    public CallsSession(
        CallsSessionFacts facts,
        SessionNegotiator negotiator,
        Prng random,
        Instant createdAt
    )
    {
        Facts = facts;
        IceMode = IceMode.Lite;
        Negotiator = negotiator;
        Random = random;
        CreatedAt = createdAt;
    }

    /// <summary>What never changes of it. Threads: any.</summary>
    public CallsSessionFacts Facts { get; }

    /// <summary>The unguessable id. Threads: any.</summary>
    public string Id => Facts.Id;

    /// <summary>The app it belongs to. Threads: any.</summary>
    public string AppId => Facts.AppId;

    /// <summary>Who made it, if a token did. Threads: any.</summary>
    public string? Owner => Facts.Owner;

    /// <summary>The group it is in, if any. Threads: any.</summary>
    public string? Group => Facts.Group;

    /// <summary>What its client wants to hear; null while it did not say.</summary>
    public AudioChoice? Audio { get; set; }

    /// <summary>A label for diagnosis. Threads: any.</summary>
    public string? CorrelationId => Facts.CorrelationId;

    /// <summary>Our side of ICE: controlling where the peer is another server. Threads: any.</summary>
    public IceMode IceMode { get; }

    /// <summary>The port of a session with another server; null for a client's. Threads: any.</summary>
    public ushort? OwnPort { get; private set; }

    /// <summary>What events about it are about. Threads: any.</summary>
    public EventSubject Subject => new(AppId, Id, Group);

    /// <summary>When it was made. Threads: any.</summary>
    public Instant CreatedAt { get; }

    /// <summary>How many intervals of measuring had passed when it was last asked how it does. Threads:
    /// housekeeping.</summary>
    public long MeasuredRound { get; set; }

    /// <summary>When its media was last measured; unset before. Threads: the media's shard.</summary>
    public Instant MeasuredAt { get; set; } = Instant.Never;

    /// <summary>The queue of its changes: whoever holds it changes the session.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Its offers and answers.</summary>
    public SessionNegotiator Negotiator { get; }

    /// <summary>Its randomness.</summary>
    public Prng Random { get; }

    /// <summary>What it presents in DTLS, here and wherever it goes. Threads: any.</summary>
    public required SessionIdentity Identity { get; init; }

    /// <summary>Our ICE credentials; null before the first description.</summary>
    public IceCredentials? Credentials { get; set; }

    /// <summary>Username fragments by which a client may come that has not answered yet.</summary>
    public IReadOnlyList<string> OfferedFragments =>
        Credentials is { } credentials ? [credentials.UsernameFragment] : [];

    /// <summary>What sections are wanted for, by mid, until they are agreed.</summary>
    public Dictionary<string, SectionIntent> Intents { get; } = new(StringComparer.Ordinal);

    /// <summary>What the client is sent, by mid.</summary>
    public Dictionary<string, PulledTrack> Pulled { get; } = new(StringComparer.Ordinal);

    /// <summary>The session that a shard drives; null before the first description of the client.
    /// Threads: any may read.</summary>
    public Session? Media
    {
        get => _media;
        set => _media = value;
    }

    /// <summary>Its data channels, from their agreement on; their shard drives them. Threads: any may read.</summary>
    public SessionChannels? Channels
    {
        get => _channels;
        set => _channels = value;
    }

    /// <summary>Its data channels by id and name. Threads: any.</summary>
    public CallsChannels DataChannels { get; } = new();

    /// <summary>Whether the client asked for the channel of events. Threads: any.</summary>
    public bool WantsEvents
    {
        get => _wantsEvents;
        set => _wantsEvents = value;
    }

    /// <summary>Completes when the transport is connected. Take it before looking. Threads: any.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Cancelled when it is over here. Threads: any.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Whether it lives, has ended, or goes on elsewhere. Threads: any.</summary>
    public CallsSessionFate Fate => (CallsSessionFate)Volatile.Read(ref _fate);

    /// <summary>Whether it has ended, or goes on at another node: nothing is done with it here. Threads: any.</summary>
    public bool IsOver => Fate != CallsSessionFate.Lives;

    /// <summary>Why nothing can be done with it any more; null while it lives. Threads: any.</summary>
    public CallsError? Refusal =>
        Fate switch
        {
            CallsSessionFate.Lives => null,
            CallsSessionFate.Moved => CallsErrors.Moved,
            CallsSessionFate.Ended => CallsErrors.Gone,
            _ => CallsErrors.Gone,
        };

    /// <summary>The number of the last event that its client was told. Threads: any may read; who tells writes.</summary>
    public long ToldSequence
    {
        get => Volatile.Read(ref _toldSequence);
        set => Volatile.Write(ref _toldSequence, value);
    }

    /// <summary>What the client publishes. Threads: any.</summary>
    // Not Values, which would lock the names and copy them.
    public IEnumerable<CallsTrack> Published => _published.Select(named => named.Value);

    /// <summary>Completes at the next change of the published names. Take it before looking. Threads: any.</summary>
    public Task News => _news.Task;

    /// <summary>Completes when the pending offer was answered. Take it under the gate.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Whether a session of its app may pull from it: one in a group sees only its group.
    /// Threads: any.</summary>
    /// <param name="viewer">The group of the one that wants to; null for none.</param>
    public bool IsSeenBy(string? viewer) =>
        viewer is null || string.Equals(viewer, Group, StringComparison.Ordinal);

    /// <summary>Finds a published track. Threads: any.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out CallsTrack? track) =>
        _published.TryGetValue(name, out track);

    /// <summary>Finds the published track of a section.</summary>
    public CallsTrack? FindByMid(string mid)
    {
        foreach (var track in Published)
        {
            if (string.Equals(track.Mid, mid, StringComparison.Ordinal))
            {
                return track;
            }
        }

        return null;
    }

    /// <summary>Whether a name is taken, or will be once the pending offer is answered.</summary>
    public bool IsTaken(string name)
    {
        if (_published.ContainsKey(name))
        {
            return true;
        }

        foreach (var intent in Intents.Values)
        {
            if (
                intent is SectionIntent.Publish publish
                && string.Equals(publish.Name, name, StringComparison.Ordinal)
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes a track known to those who pull.</summary>
    public void Add(CallsTrack track)
    {
        _published[track.Name] = track;
        Tell();
    }

    /// <summary>Makes a track unknown.</summary>
    public void Remove(CallsTrack track)
    {
        _published.TryRemove(track.Name, out _);
        Tell();
    }

    /// <summary>Says that there is something new to pull. Threads: any.</summary>
    public void HandleNews() => Tell();

    /// <summary>The client speaks over a transport, its first or another one.</summary>
    public void HandleBegun(Session media)
    {
        _connected = NewSignal();
        Media = media;
    }

    /// <summary>A transport is connected. Threads: any.</summary>
    public void HandleConnected(Session media)
    {
        if (ReferenceEquals(Media, media))
        {
            _connected.TrySetResult();
        }
    }

    /// <summary>Begins to tell the client what happens, unless somebody does already. Threads: any.</summary>
    /// <param name="tell">Tells until it is cancelled.</param>
    public void BeginTelling(Func<CancellationToken, Task> tell)
    {
        var telling = new Telling();
        if (Interlocked.CompareExchange(ref _telling, telling, null) is null)
        {
            _ = telling.RunAsync(tell, _ended.Token);
        }
    }

    /// <summary>Tells the client nothing more, after what has happened; completes when that is on its way to the shard.
    /// It may be begun again.</summary>
    public Task StopTellingAsync() =>
        Interlocked.Exchange(ref _telling, null)?.StopAsync() ?? Task.CompletedTask;

    /// <summary>Says that the pending offer was answered or taken back.</summary>
    public void HandleAnswered() => Interlocked.Exchange(ref _answered, NewSignal()).TrySetResult();

    /// <summary>Gives a session with another server its port.</summary>
    public void SetSocket(UdpSocket socket)
    {
        OwnPort = socket.Local.Port;
        _ownSocket = socket;
    }

    /// <summary>Takes the socket of its port, for who closes it; null when it was taken. Threads: any.</summary>
    public UdpSocket? TakeSocket() => Interlocked.Exchange(ref _ownSocket, null);

    /// <summary>Ends it; false when it had ended, or goes on elsewhere. Threads: any.</summary>
    public bool TryEnd() => TryLeave(CallsSessionFate.Ended);

    /// <summary>Notes that another node goes on with it: who waits for something of it here, or for its queue, is told
    /// to ask again (<see cref="CallsErrors.Moved"/>). False when it had ended meanwhile: then the other node has
    /// to end it. Threads: any.</summary>
    public bool TryMoveAway() => TryLeave(CallsSessionFate.Moved);

    private bool TryLeave(CallsSessionFate fate)
    {
        if (
            Interlocked.CompareExchange(ref _fate, (int)fate, (int)CallsSessionFate.Lives)
            != (int)CallsSessionFate.Lives
        )
        {
            return false;
        }

        Tell();
        HandleAnswered();
        _connected.TrySetResult();
        _ended.Cancel();
        return true;
    }

    private void Tell() => Interlocked.Exchange(ref _news, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Somebody who tells the client what happens. Threads: any.</summary>
    [SuppressMessage(
        "Design",
        "CA1001",
        Justification = "A source of cancellation without timer and wait handle holds nothing."
    )]
    private sealed class Telling
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _done = NewSignal();

        public async Task RunAsync(
            Func<CancellationToken, Task> tell,
            CancellationToken cancellation
        )
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                cancellation,
                _stop.Token
            );
            try
            {
                await tell(either.Token);
            }
            finally
            {
                _done.TrySetResult();
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _done.Task;
        }
    }
}
