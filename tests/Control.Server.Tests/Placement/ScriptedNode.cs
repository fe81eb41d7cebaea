using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Control.Contract;
using Control.Contract.Calls;

namespace Control.Server.Tests.Placement;

/// <summary>A node that answers each member as a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedNode : IMediaNode, ICallsNode
{
    private readonly ConcurrentDictionary<string, Func<object, object?>> _script = new(
        StringComparer.Ordinal
    );
    private readonly List<(EventsRequest Request, Channel<CallsEvent> Events)> _readers = [];

    ICallsNode IMediaNode.Calls => this;

    public CallsNodeLimits Limits { get; init; } = new();

    /// <summary>Its totals.</summary>
    public NodeReport Totals { get; set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Everything it was asked: the member, and its arguments.</summary>
    public ConcurrentQueue<(string Member, object Request)> Asked { get; } = new();

    /// <summary>How many read its events.</summary>
    public int ReaderCount
    {
        get
        {
            lock (_readers)
            {
                return _readers.Count;
            }
        }
    }

    /// <summary>Says what a member answers.</summary>
    public void On(string member, Func<object, object?> answer) => _script[member] = answer;

    /// <summary>Says what a member answers.</summary>
    public void On(string member, object? answer) => On(member, _ => answer);

    /// <summary>How often a member was asked.</summary>
    public int Count(string member) =>
        Asked.Count(each => string.Equals(each.Member, member, StringComparison.Ordinal));

    /// <summary>Tells its readers, each with its own numbers, as a node does.</summary>
    public void Raise(CallsEvent happened, long skip = 0)
    {
        lock (_readers)
        {
            for (var index = 0; index < _readers.Count; index++)
            {
                var (request, events) = _readers[index];
                if (
                    request.SessionId is null
                    || string.Equals(
                        request.SessionId,
                        happened.SessionId,
                        StringComparison.Ordinal
                    )
                )
                {
                    _sequences[events] = _sequences.GetValueOrDefault(events) + 1 + skip;
                    events.Writer.TryWrite(happened with { Sequence = _sequences[events] });
                }
            }
        }
    }

    private readonly Dictionary<Channel<CallsEvent>, long> _sequences = [];

    public ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => AnswerAsync<SessionResult>(request);

    public ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => AnswerAsync<SessionResult>(request);

    public ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    ) => AnswerAsync<IceUpdateResult>(request);

    public ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    ) => AnswerAsync<PlayerChangeResult>(change);

    public ValueTask<CloseResult> CloseAsync(SessionKey session, CancellationToken cancellation) =>
        AnswerAsync<CloseResult>(session);

    public async ValueTask CloseAppAsync(string appId) => await AnswerAsync<object?>(appId);

    public ValueTask<DescribeResult> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => AnswerAsync<DescribeResult>(session);

    public ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation) =>
        AnswerAsync<bool>(stream);

    public ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    ) => AnswerAsync<ViewerCountResult>(request);

    public NodeReport Report() => Totals;

    public ValueTask<CallsResult<NewSessionOutcome>> CreateSessionAsync(
        NewSessionRequest request,
        CancellationToken cancellation
    ) => ResultAsync<NewSessionOutcome>(request);

    public ValueTask<CallsResult<TracksOutcome>> NewTracksAsync(
        NewTracksRequest request,
        CancellationToken cancellation
    ) => ResultAsync<TracksOutcome>(request);

    public ValueTask<CallsError?> RenegotiateAsync(
        SessionKey session,
        SessionSdp answer,
        CancellationToken cancellation
    ) => AnswerAsync<CallsError?>((session, answer));

    public ValueTask<CallsResult<TracksOutcome>> CloseTracksAsync(
        CloseTracksRequest request,
        CancellationToken cancellation
    ) => ResultAsync<TracksOutcome>(request);

    public ValueTask<CallsResult<TracksOutcome>> UpdateTracksAsync(
        UpdateTracksRequest request,
        CancellationToken cancellation
    ) => ResultAsync<TracksOutcome>(request);

    public ValueTask<CallsError?> UpdateAudioAsync(
        UpdateAudioRequest request,
        CancellationToken cancellation
    ) => AnswerAsync<CallsError?>(request);

    public ValueTask<CallsResult<EstablishOutcome>> EstablishDataChannelsAsync(
        SessionKey session,
        SessionSdp? offer,
        CancellationToken cancellation
    ) => ResultAsync<EstablishOutcome>((session, offer));

    public ValueTask<CallsResult<DataChannelsOutcome>> NewDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => ResultAsync<DataChannelsOutcome>(request);

    public ValueTask<CallsResult<DataChannelsOutcome>> UpdateDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => ResultAsync<DataChannelsOutcome>(request);

    public ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseDataChannelsAsync(
        CloseDataChannelsRequest request,
        CancellationToken cancellation
    ) => ResultAsync<CloseDataChannelsOutcome>(request);

    public ValueTask<CallsResult<TracksOutcome>> RestartIceAsync(
        SessionKey session,
        SessionSdp offer,
        CancellationToken cancellation
    ) => ResultAsync<TracksOutcome>((session, offer));

    public ValueTask<CallsResult<CallsSessionState>> GetSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => ResultAsync<CallsSessionState>(session);

    public ValueTask<CallsError?> DeleteSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => AnswerAsync<CallsError?>(session);

    public ValueTask<SessionPage> ListSessionsAsync(
        ListSessionsRequest request,
        CancellationToken cancellation
    ) => AnswerAsync<SessionPage>(request);

    public ValueTask<IAsyncEnumerable<CallsEvent>> ReadEventsAsync(
        EventsRequest request,
        CancellationToken cancellation
    )
    {
        Asked.Enqueue((nameof(ReadEventsAsync), request));
        var reader = (request, Events: Channel.CreateUnbounded<CallsEvent>());
        lock (_readers)
        {
            _readers.Add(reader);
        }

        cancellation.UnsafeRegister(
            _ =>
            {
                lock (_readers)
                {
                    _readers.Remove(reader);
                }
            },
            state: null
        );
        return ValueTask.FromResult(reader.Events.Reader.ReadAllAsync(cancellation));
    }

    public void GoAway(TimeSpan within) => Asked.Enqueue((nameof(GoAway), within));

    private ValueTask<T> AnswerAsync<T>(object request, [CallerMemberName] string member = "") =>
        ValueTask.FromResult((T)Answer(member, request)!);

    private ValueTask<CallsResult<T>> ResultAsync<T>(
        object request,
        [CallerMemberName] string member = ""
    )
        where T : class =>
        ValueTask.FromResult<CallsResult<T>>(
            Answer(member, request) switch
            {
                CallsError error => error,
                var value => (T)value!,
            }
        );

    private object? Answer(string member, object request)
    {
        Asked.Enqueue((member, request));
        return _script.TryGetValue(member, out var answer)
            ? answer(request)
            : throw new InvalidOperationException($"Nobody said what {member} answers.");
    }
}
