using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Takeover;

namespace Edge.Node.Serving;

/// <summary>The table of what a node can be asked for: each operation with the member that does it.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class NodeHandlers
{
    private static readonly byte[] Unreadable = Fault(
        NodeFaultKind.Unreadable,
        "The request cannot be read."
    );

    private static readonly byte[] Gone = Fault(
        NodeFaultKind.Overloaded,
        "The node is gone; others have its sessions."
    );

    private static readonly CallsError NoDescription = new(
        CallsErrorCode.InvalidSessionDescription,
        "A session description is needed."
    );

    /// <summary>What changes nothing of a session.</summary>
    private static readonly FrozenSet<string> Reading = new[]
    {
        NodeOperations.Describe.Name,
        NodeOperations.GetSession.Name,
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly TakeoverDesk? _takeover;
    private readonly Dictionary<string, NodeHandler> _building = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, NodeHandler> _byName;

    /// <summary>Makes the table.</summary>
    /// <param name="node">Who does it.</param>
    /// <param name="readers">Who read its events; null where it offers no session API.</param>
    public NodeHandlers(IMediaNode node, EventReaders? readers)
    {
        _takeover = (node as MediaNode)?.Takeover;
        AddMedia(node);
        if (node.Calls is { } calls && readers is not null)
        {
            AddCalls(calls);
            AddEvents(calls, readers);
        }

        _byName = _building.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Finds who answers an operation.</summary>
    public bool TryFind(string operation, [NotNullWhen(true)] out NodeHandler? handler) =>
        _byName.TryGetValue(operation, out handler);

    /// <summary>A message that says why there is no answer.</summary>
    public static byte[] Fault(NodeFaultKind kind, string detail, TimeSpan? retryAfter = null) =>
        NodeEnvelope.Write(
            NodeEnvelope.Fault,
            new NodeFault(kind, detail, retryAfter),
            NodeJson.Types.NodeFault
        );

    private void AddMedia(IMediaNode node)
    {
        AddMaking(NodeOperations.Publish, node.PublishAsync);
        AddMaking(NodeOperations.Play, node.PlayAsync);
        AddOfSession(
            NodeOperations.UpdateIce,
            request => request.Session,
            node.UpdateIceAsync,
            result => result is IceUpdateResult.NotFound
        );
        AddOfSession(
            NodeOperations.ChangePlayer,
            request => request.Session,
            node.ChangePlayerAsync,
            result => result is PlayerChangeResult.NotFound
        );
        AddOfSession(
            NodeOperations.Close,
            session => session,
            node.CloseAsync,
            result => result is CloseResult.NotFound
        );
        AddOfSession(
            NodeOperations.Describe,
            session => session,
            node.DescribeAsync,
            result => result is DescribeResult.NotFound
        );
        Add(NodeOperations.IsLive, node.IsLiveAsync);
        Add(NodeOperations.CountViewers, node.CountViewersAsync);
        Add(
            NodeOperations.CloseApp,
            async (app, _) =>
            {
                await node.CloseAppAsync(app.AppId);
                return new NodeDone();
            }
        );
    }

    private void AddCalls(ICallsNode calls)
    {
        AddMakingRefusable(NodeOperations.CreateSession, calls.CreateSessionAsync);
        AddRefusable(NodeOperations.NewTracks, one => one.Session, calls.NewTracksAsync);
        AddRefusable(NodeOperations.CloseTracks, one => one.Session, calls.CloseTracksAsync);
        AddRefusable(NodeOperations.UpdateTracks, one => one.Session, calls.UpdateTracksAsync);
        AddRefusable(
            NodeOperations.UpdateAudio,
            one => one.Session,
            async (request, cancellation) =>
                ToResult(await calls.UpdateAudioAsync(request, cancellation))
        );
        AddRefusable(
            NodeOperations.NewDataChannels,
            one => one.Session,
            calls.NewDataChannelsAsync
        );
        AddRefusable(
            NodeOperations.UpdateDataChannels,
            one => one.Session,
            calls.UpdateDataChannelsAsync
        );
        AddRefusable(
            NodeOperations.CloseDataChannels,
            one => one.Session,
            calls.CloseDataChannelsAsync
        );
        AddRefusable(NodeOperations.GetSession, session => session, calls.GetSessionAsync);
        AddRefusable(
            NodeOperations.EstablishDataChannels,
            one => one.Session,
            (request, cancellation) =>
                calls.EstablishDataChannelsAsync(request.Session, request.Description, cancellation)
        );
        AddRefusable(
            NodeOperations.RestartIce,
            one => one.Session,
            async (request, cancellation) =>
                request.Description is { } offer
                    ? await calls.RestartIceAsync(request.Session, offer, cancellation)
                    : NoDescription
        );
        AddRefusable(
            NodeOperations.Renegotiate,
            one => one.Session,
            async (request, cancellation) =>
                ToResult(
                    request.Description is { } answer
                        ? await calls.RenegotiateAsync(request.Session, answer, cancellation)
                        : NoDescription
                )
        );
        AddOfSession(
            NodeOperations.DeleteSession,
            session => session,
            async (session, cancellation) =>
                ToResult(await calls.DeleteSessionAsync(session, cancellation)),
            result => IsGone(result) || IsMoved(result),
            result => Answer(NodeOperations.DeleteSession, result)
        );
        Add(
            NodeOperations.GoAway,
            (request, _) =>
            {
                calls.GoAway(request.Within);
                return ValueTask.FromResult(new NodeDone());
            }
        );
    }

    private void AddEvents(ICallsNode calls, EventReaders readers)
    {
        AddRaw(
            NodeOperations.ListSessions,
            async (request, call) =>
                call.Gate.IsOwnName ? await ListAsync(calls, request, call) : null
        );
        AddRaw(
            NodeOperations.OpenEvents,
            async (request, call) =>
            {
                var isHere = request.Events.SessionId is { } session
                    ? await call.Gate.IsHereAsync(session, call.Cancellation)
                    : call.Gate.IsOwnName;
                return isHere
                    ? Answer(NodeOperations.OpenEvents, await readers.OpenAsync(request, call.Bus))
                    : null;
            }
        );
        AddRaw(
            NodeOperations.CloseEvents,
            (request, call) =>
            {
                // Whoever sends to that inbox stops, by whatever name it was asked.
                readers.Close(request.Inbox);
                return ValueTask.FromResult(
                    call.Gate.IsOwnName
                        ? Done(NodeOperations.CloseEvents.AnswerType, new NodeDone())
                        : null
                );
            }
        );
    }

    /// <summary>As long a page as a message holds: half of it, and half of that, until it fits.</summary>
    private static async ValueTask<byte[]> ListAsync(
        ICallsNode calls,
        ListSessionsRequest request,
        NodeCall call
    )
    {
        var countMax = request.CountMax;
        while (true)
        {
            var page = await calls.ListSessionsAsync(
                request with
                {
                    CountMax = countMax,
                },
                call.Cancellation
            );
            var answer = Done(NodeOperations.ListSessions.AnswerType, page);
            if (answer.Length <= call.Bus.PayloadBytesMax || page.Sessions.Length <= 1)
            {
                return answer;
            }

            countMax = page.Sessions.Length / 2;
        }
    }

    private static CallsResult<NodeDone> ToResult(CallsError? error) =>
        error is null ? new NodeDone() : error;

    /// <summary>Something that concerns the node itself: whoever has sessions of it does not answer.</summary>
    private void Add<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, CancellationToken, ValueTask<TAnswer>> run
    ) => AddOwn(operation, run, static _ => null);

    /// <summary>Something that makes a session: not for a node that is gone.</summary>
    private void AddMaking<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, CancellationToken, ValueTask<TAnswer>> run
    ) => AddOwn(operation, run, RefuseMaking);

    /// <summary>Something that is done under the node's own name alone; asked under another's it is answered otherwise.</summary>
    private void AddOwn<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, CancellationToken, ValueTask<TAnswer>> run,
        Func<NodeCall, byte[]?> otherwise
    ) =>
        AddRaw(
            operation,
            async (request, call) =>
                call.Gate.IsOwnName
                    ? Done(operation.AnswerType, await run(request, call.Cancellation))
                    : otherwise(call)
        );

    private void AddMakingRefusable<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, CancellationToken, ValueTask<CallsResult<TAnswer>>> run
    )
        where TAnswer : class =>
        AddRaw(
            operation,
            async (request, call) =>
                call.Gate.IsOwnName
                    ? Answer(operation, await run(request, call.Cancellation))
                    : RefuseMaking(call)
        );

    /// <summary>Who looks for room asks the next node.</summary>
    private static byte[]? RefuseMaking(NodeCall call) => call.Gate.SpeaksForName ? Gone : null;

    private void AddRefusable<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, SessionKey> sessionOf,
        Func<TRequest, CancellationToken, ValueTask<CallsResult<TAnswer>>> run
    )
        where TAnswer : class =>
        AddOfSession(
            operation,
            sessionOf,
            run,
            // One that moved while it was waited for was not touched: who has it now does what is asked.
            result => IsGone(result) || IsMoved(result),
            result => Answer(operation, result)
        );

    private static bool IsMoved<TAnswer>(CallsResult<TAnswer> result)
        where TAnswer : class => !result.IsDone && result.Error == CallsErrors.Moved;

    private static bool IsGone<TAnswer>(CallsResult<TAnswer> result)
        where TAnswer : class => !result.IsDone && result.Error.Code == CallsErrorCode.SessionGone;

    private void AddOfSession<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, SessionKey> sessionOf,
        Func<TRequest, CancellationToken, ValueTask<TAnswer>> run,
        Func<TAnswer, bool> isGone
    ) =>
        AddOfSession(
            operation,
            sessionOf,
            run,
            isGone,
            answer => Done(operation.AnswerType, answer)
        );

    /// <summary>Something that concerns a session: whoever has it answers, by whatever name it was asked.</summary>
    private void AddOfSession<TRequest, TAnswer, TResult>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, SessionKey> sessionOf,
        Func<TRequest, CancellationToken, ValueTask<TResult>> run,
        Func<TResult, bool> isGone,
        Func<TResult, byte[]> write
    ) =>
        AddRaw(
            operation,
            async (request, call) =>
            {
                var session = sessionOf(request).SessionId;
                if (!await call.Gate.IsHereAsync(session, call.Cancellation))
                {
                    return null;
                }

                var result = await run(request, call.Cancellation);
                if (!isGone(result))
                {
                    await KeepAsync(operation.Name, session);
                    return write(result);
                }

                if (!await call.Gate.IsStillHereAsync(session, call.Cancellation))
                {
                    return null;
                }

                // It may have been on its way, and have come back.
                return write(
                    call.Gate.MayHaveMoved ? await run(request, call.Cancellation) : result
                );
            }
        );

    /// <summary>What is said to have been done outlives this node.</summary>
    private ValueTask KeepAsync(string operation, string sessionId) =>
        _takeover is { } takeover && !Reading.Contains(operation)
            ? takeover.KeepAsync(sessionId)
            : ValueTask.CompletedTask;

    private void AddRaw<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, NodeCall, ValueTask<byte[]?>> run
    ) =>
        _building.Add(
            operation.Name,
            (body, call) =>
                NodeJson.TryRead(body.Span, operation.RequestType, out var request)
                    ? run(request!, call)
                    : ValueTask.FromResult(call.Gate.IsOwnName ? Unreadable : null)
        );

    private static byte[] Answer<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        CallsResult<TAnswer> result
    )
        where TAnswer : class =>
        result.IsDone
            ? Done(operation.AnswerType, result.Value)
            : NodeEnvelope.Write(NodeEnvelope.Refused, result.Error, NodeJson.Types.CallsError);

    private static byte[] Done<TAnswer>(JsonTypeInfo<TAnswer> type, TAnswer answer) =>
        NodeEnvelope.Write(NodeEnvelope.Done, answer, type);
}
