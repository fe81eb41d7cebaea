using System.Collections.Concurrent;
using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Calls;

namespace Control.Server.Tests.Support;

/// <summary>A node without media: it keeps sessions and answers what a test tells it to.</summary>
internal sealed class FakeMediaNode : IMediaNode
{
    public ICallsNode? Calls => null;

    public const string Answer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    public const string RestartFragment = "a=ice-ufrag:new\r\na=ice-pwd:new\r\n";

    private readonly ConcurrentDictionary<SessionKey, SessionReport> _sessions = new();
    private int _lastId;

    /// <summary>What the next POST gets instead of a session.</summary>
    public SessionResult.Refused? NextRefusal { get; set; }

    /// <summary>What PATCH gets instead of the rules of a real node.</summary>
    public IceUpdateResult? NextUpdate { get; set; }

    /// <summary>Why the owners of sessions cannot be reached; null when they can.</summary>
    public string? Unavailable { get; set; }

    /// <summary>An exception to throw, a bug of the node.</summary>
    public Exception? Bug { get; set; }

    public ConcurrentQueue<SessionRequest> Requests { get; } = new();

    public ConcurrentQueue<IceUpdateRequest> Updates { get; } = new();

    public int SessionCount => _sessions.Count;

    /// <summary>Held: a session is made, and its maker is told only then.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public async ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    )
    {
        if (Gate is { } gate)
        {
            Requests.Enqueue(request);
            await gate.Task;
        }

        return Create(request, isPublisher: true);
    }

    public ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => ValueTask.FromResult(Create(request, isPublisher: false));

    public ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    )
    {
        Updates.Enqueue(request);
        return ValueTask.FromResult(NextUpdate ?? Update(request));
    }

    public ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    )
    {
        PlayerChanges.Enqueue(change);
        if (!_sessions.TryGetValue(change.Session, out var report))
        {
            return ValueTask.FromResult<PlayerChangeResult>(new PlayerChangeResult.NotFound());
        }

        if (change.Events is { } events)
        {
            var others = (report.EventStreams ?? []).RemoveAll(each =>
                string.Equals(each.Id, events.Id, StringComparison.Ordinal)
            );
            _sessions[change.Session] = report with
            {
                EventStreams = events.Kinds is null ? others : others.Add(events),
            };
        }

        return ValueTask.FromResult<PlayerChangeResult>(new PlayerChangeResult.Done());
    }

    public ConcurrentQueue<PlayerChange> PlayerChanges { get; } = new();

    public ValueTask<CloseResult> CloseAsync(SessionKey session, CancellationToken cancellation) =>
        ValueTask.FromResult<CloseResult>(
            Unavailable is { } detail ? new CloseResult.Unavailable(detail, RetryAfter: null)
            : _sessions.TryRemove(session, out _) ? new CloseResult.Closed()
            : new CloseResult.NotFound()
        );

    public ValueTask CloseAppAsync(string appId)
    {
        foreach (var key in _sessions.Keys)
        {
            if (string.Equals(key.AppId, appId, StringComparison.Ordinal))
            {
                _sessions.TryRemove(key, out _);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<DescribeResult> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    ) =>
        ValueTask.FromResult<DescribeResult>(
            Unavailable is { } detail ? new DescribeResult.Unavailable(detail, RetryAfter: null)
            : _sessions.TryGetValue(session, out var report) ? new DescribeResult.Found(report)
            : new DescribeResult.NotFound()
        );

    public ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation) =>
        ValueTask.FromResult(
            _sessions.Values.Any(session => session.IsPublisher && session.Stream == stream)
        );

    /// <summary>How many viewers each stream is said to have.</summary>
    public int Viewers { get; set; }

    /// <summary>What was asked of viewers.</summary>
    public ConcurrentQueue<ViewerCountRequest> Counts { get; } = new();

    /// <summary>Held: viewers are counted only then.</summary>
    public TaskCompletionSource? CountGate { get; set; }

    public async ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    )
    {
        Counts.Enqueue(request);
        if (CountGate is { } gate)
        {
            await gate.Task.WaitAsync(cancellation);
        }

        return Bug is null
            ? new ViewerCountResult([.. request.Streams.Select(_ => Viewers)])
            : throw Bug;
    }

    /// <summary>Changes what is said of a session.</summary>
    public void Change(string sessionId, Func<SessionReport, SessionReport> change)
    {
        var key = _sessions.Keys.Single(each =>
            string.Equals(each.SessionId, sessionId, StringComparison.Ordinal)
        );
        _sessions[key] = change(_sessions[key]);
    }

    public NodeReport Report() =>
        new(
            _sessions.Values.Count(session => session.IsPublisher),
            _sessions.Values.Count(session => !session.IsPublisher),
            Callers: 0,
            PacketsReceived: 0,
            PacketsSent: 0,
            PacketsDropped: 0
        );

    private SessionResult Create(SessionRequest request, bool isPublisher)
    {
        Requests.Enqueue(request);
        if (Bug is not null)
        {
            throw Bug;
        }

        if (NextRefusal is { } refusal)
        {
            return refusal;
        }

        var id = $"session-{Interlocked.Increment(ref _lastId)}";
        var key = new SessionKey(request.Stream.AppId, id);
        var track = new TrackReport("0", "video", "VP8", 1, 2, 3, 4, "f");
        ImmutableArray<TrackReport> tracks = [track];
        _sessions[key] = new(request.Stream, isPublisher, "new", "ice1", tracks, null);
        return new SessionResult.Created(id, Answer, "ice1");
    }

    private IceUpdateResult Update(IceUpdateRequest request)
    {
        if (!_sessions.TryGetValue(request.Session, out var report))
        {
            return new IceUpdateResult.NotFound();
        }

        if (
            request.IfMatch is { } tag
            && !string.Equals(tag, report.IceTag, StringComparison.Ordinal)
        )
        {
            return new IceUpdateResult.Stale(report.IceTag);
        }

        if (!request.Fragment.Contains("a=ice-ufrag:restart", StringComparison.Ordinal))
        {
            return new IceUpdateResult.Trickled();
        }

        _sessions[request.Session] = report with { IceTag = "ice2" };
        return new IceUpdateResult.Restarted(RestartFragment, "ice2");
    }
}
