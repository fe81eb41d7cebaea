using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Control.Contract;
using Control.Contract.Calls;

namespace Control.Server.Tests.Support;

/// <summary>A node without media that speaks the session API: it keeps sessions, answers what a test
/// tells it to, and remembers what it was asked.</summary>
internal sealed class FakeCallsNode : IMediaNode, ICallsNode
{
    ICallsNode IMediaNode.Calls => this;

    public const string Offer = "v=0\r\no=- 2 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    public const string Answer = "v=0\r\no=- 3 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    private readonly ConcurrentDictionary<SessionKey, CallsSessionState> _sessions = new();
    private readonly Channel<CallsEvent> _events = Channel.CreateUnbounded<CallsEvent>();
    private int _lastId;

    public FakeMediaNode Media { get; } = new();

    public CallsNodeLimits Limits { get; } = new();

    /// <summary>What the next request gets instead of an outcome.</summary>
    public CallsError? NextError { get; set; }

    /// <summary>Why single items fail, by track name, channel name, mid or id.</summary>
    public Dictionary<string, CallsError> ItemErrors { get; } = new(StringComparer.Ordinal);

    /// <summary>Why the owners of sessions cannot be reached; null when they can.</summary>
    public CallsError? Unreachable { get; set; }

    /// <summary>An exception to throw, a bug of the node.</summary>
    public Exception? Bug { get; set; }

    /// <summary>Held: requests wait for it, and look at no token.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>The token of the last session that was asked for.</summary>
    public CancellationToken LastCancellation { get; private set; }

    /// <summary>Everything it was asked.</summary>
    public ConcurrentQueue<object> Requests { get; } = new();

    /// <summary>How many sessions it made.</summary>
    public int Created => Volatile.Read(ref _lastId);

    public ConcurrentDictionary<SessionKey, CallsSessionState> Sessions => _sessions;

    public ChannelWriter<CallsEvent> Events => _events.Writer;

    public T Last<T>() => Assert.IsType<T>(Requests.Last());

    public async ValueTask<CallsResult<NewSessionOutcome>> CreateSessionAsync(
        NewSessionRequest request,
        CancellationToken cancellation
    )
    {
        LastCancellation = cancellation;
        if (await EnterAsync(request) is { } error)
        {
            return error;
        }

        var number = Interlocked.Increment(ref _lastId);
        var id = number.ToString("x32", CultureInfo.InvariantCulture);
        _sessions[new SessionKey(request.AppId, id)] = new(
            id,
            "new",
            request.CorrelationId,
            request.Owner,
            [],
            []
        )
        {
            Group = request.Group,
        };
        return new NewSessionOutcome(id, request.Offer is null ? null : new(false, Answer));
    }

    public async ValueTask<CallsResult<TracksOutcome>> NewTracksAsync(
        NewTracksRequest request,
        CancellationToken cancellation
    )
    {
        if (await EnterAsync(request, request.Session) is { } error)
        {
            return error;
        }

        if (request.DiscoversTracks)
        {
            var track = new TrackRequest { Location = TrackLocation.Local };
            var outcome = new TrackOutcome(track)
            {
                Mid = "0",
                TrackName = "drawn",
                Kind = "audio",
            };
            return new TracksOutcome([outcome], new(false, Answer));
        }

        var items = request.Tracks.Select(Do).ToImmutableArray();
        var isInPlace = request.Tracks.All(each => each.Mid?.StartsWith('#') == true);
        var description =
            request.Offer is not null ? new SessionSdp(false, Answer)
            : isInPlace || items.All(item => item.Error is not null) ? null
            : new SessionSdp(true, Offer);
        return new TracksOutcome(items, description);
    }

    public ValueTask<CallsError?> RenegotiateAsync(
        SessionKey session,
        SessionSdp answer,
        CancellationToken cancellation
    ) => new(EnterAsync((session, answer), session));

    public async ValueTask<CallsResult<TracksOutcome>> CloseTracksAsync(
        CloseTracksRequest request,
        CancellationToken cancellation
    )
    {
        if (await EnterAsync(request, request.Session) is { } error)
        {
            return error;
        }

        var items = request.Mids.Select(mid =>
            Do(new TrackRequest { Location = TrackLocation.Local, Mid = mid })
        );
        return new TracksOutcome([.. items], request.IsForced ? null : new(false, Answer));
    }

    public async ValueTask<CallsResult<TracksOutcome>> UpdateTracksAsync(
        UpdateTracksRequest request,
        CancellationToken cancellation
    ) =>
        await EnterAsync(request, request.Session) is { } error
            ? error
            : new TracksOutcome([.. request.Tracks.Select(Do)]);

    public ValueTask<CallsError?> UpdateAudioAsync(
        UpdateAudioRequest request,
        CancellationToken cancellation
    ) => new(EnterAsync(request, request.Session));

    public async ValueTask<CallsResult<EstablishOutcome>> EstablishDataChannelsAsync(
        SessionKey session,
        SessionSdp? offer,
        CancellationToken cancellation
    ) =>
        await EnterAsync((session, offer), session) is { } error
            ? error
            : new EstablishOutcome(
                offer is null ? new SessionSdp(true, Offer) : new SessionSdp(false, Answer),
                0
            );

    public ValueTask<CallsResult<DataChannelsOutcome>> NewDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => DoAsync(request);

    public ValueTask<CallsResult<DataChannelsOutcome>> UpdateDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => DoAsync(request);

    public async ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseDataChannelsAsync(
        CloseDataChannelsRequest request,
        CancellationToken cancellation
    ) =>
        await EnterAsync(request, request.Session) is { } error
            ? error
            : new CloseDataChannelsOutcome([
                .. request.Ids.Select(id => new ClosedDataChannel(
                    id,
                    ItemErrors.GetValueOrDefault(id.ToString(CultureInfo.InvariantCulture))
                )),
            ]);

    public async ValueTask<CallsResult<TracksOutcome>> RestartIceAsync(
        SessionKey session,
        SessionSdp offer,
        CancellationToken cancellation
    ) =>
        await EnterAsync((session, offer), session) is { } error
            ? error
            : new TracksOutcome([], new(false, Answer));

    public ValueTask<CallsResult<CallsSessionState>> GetSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) =>
        ValueTask.FromResult<CallsResult<CallsSessionState>>(
            Unreachable is { } error ? error
            : _sessions.TryGetValue(session, out var state) ? state
            : Gone
        );

    public ValueTask<CallsError?> DeleteSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => ValueTask.FromResult(Unreachable ?? (_sessions.TryRemove(session, out _) ? null : Gone));

    public ValueTask<SessionPage> ListSessionsAsync(
        ListSessionsRequest request,
        CancellationToken cancellation
    )
    {
        var (appId, group, after, most) = request;
        ImmutableArray<CallsSessionState> page =
        [
            .. _sessions
                .Where(each => string.Equals(each.Key.AppId, appId, StringComparison.Ordinal))
                .Select(each => each.Value)
                .Where(each =>
                    group is null || string.Equals(each.Group, group, StringComparison.Ordinal)
                )
                .OrderBy(each => each.SessionId, StringComparer.Ordinal)
                .Where(each => after is null || string.CompareOrdinal(each.SessionId, after) > 0)
                .Take(most),
        ];
        var next = page.Length < most ? null : page[^1].SessionId;
        return ValueTask.FromResult(
            new SessionPage(page, next) { IsIncomplete = Unreachable is not null }
        );
    }

    public ValueTask<IAsyncEnumerable<CallsEvent>> ReadEventsAsync(
        EventsRequest request,
        CancellationToken cancellation
    )
    {
        Requests.Enqueue(request);
        return ValueTask.FromResult(_events.Reader.ReadAllAsync(cancellation));
    }

    public ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => Media.PublishAsync(request, cancellation);

    public ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => Media.PlayAsync(request, cancellation);

    public ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    ) => Media.UpdateIceAsync(request, cancellation);

    public ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    ) => Media.ChangePlayerAsync(change, cancellation);

    public ValueTask<CloseResult> CloseAsync(SessionKey session, CancellationToken cancellation) =>
        Media.CloseAsync(session, cancellation);

    public ValueTask CloseAppAsync(string appId)
    {
        foreach (var key in _sessions.Keys)
        {
            if (string.Equals(key.AppId, appId, StringComparison.Ordinal))
            {
                _sessions.TryRemove(key, out _);
            }
        }

        return Media.CloseAppAsync(appId);
    }

    public ValueTask<DescribeResult> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => Media.DescribeAsync(session, cancellation);

    public ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation) =>
        Media.IsLiveAsync(stream, cancellation);

    public ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    ) => Media.CountViewersAsync(request, cancellation);

    public NodeReport Report() => Media.Report() with { Callers = _sessions.Count };

    public void GoAway(TimeSpan within) => Requests.Enqueue(within);

    private async Task<CallsError?> EnterAsync(object request, SessionKey? session = null)
    {
        Requests.Enqueue(request);
        if (Gate is { } gate)
        {
            await gate.Task;
        }

        if (Bug is not null)
        {
            throw Bug;
        }

        return session is { } key && !_sessions.ContainsKey(key) ? Gone : NextError;
    }

    /// <summary>The words a node has for it are its own.</summary>
    private static readonly CallsError Gone = new(
        CallsErrorCode.SessionGone,
        "There is no such session (says the node)."
    );

    private async ValueTask<CallsResult<DataChannelsOutcome>> DoAsync(DataChannelsRequest request)
    {
        if (await EnterAsync(request, request.Session) is { } error)
        {
            return error;
        }

        var id = 0;
        return new DataChannelsOutcome([
            .. request.Channels.Select(channel =>
                ItemErrors.GetValueOrDefault(channel.Name) is { } failed
                    ? new DataChannelOutcome(channel, null, failed)
                    : new DataChannelOutcome(channel, ++id, null)
            ),
        ]);
    }

    private TrackOutcome Do(TrackRequest track, int index)
    {
        var error =
            ItemErrors.GetValueOrDefault(track.TrackName ?? "")
            ?? ItemErrors.GetValueOrDefault(track.Mid ?? "");
        var mid = track.Mid?.TrimStart('#') ?? index.ToString(CultureInfo.InvariantCulture);
        return new TrackOutcome(track)
        {
            Mid = error is null ? mid : null,
            TrackName = track.TrackName,
            Kind = track.Kind ?? "video",
            Content = track.Content,
            IsEncrypted = track.IsEncrypted,
            Delivery = track.Delivery,
            Error = error,
        };
    }

    private TrackOutcome Do(TrackRequest track) => Do(track, 0);
}
