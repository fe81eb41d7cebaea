using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;

namespace Edge.Node.Serving;

/// <summary>The table of what a node can be asked for: each operation with the member that does it.</summary>
/// <remarks>Threads: any.</remarks>
internal sealed class NodeHandlers
{
    private static readonly byte[] Unreadable = Fault(
        NodeFaultKind.Unreadable,
        "The request cannot be read."
    );

    private static readonly CallsError NoDescription = new(
        CallsErrorCode.InvalidSessionDescription,
        "A session description is needed."
    );

    private readonly Dictionary<string, NodeHandler> _building = new(StringComparer.Ordinal);
    private readonly FrozenDictionary<string, NodeHandler> _byName;

    /// <summary>Makes the table.</summary>
    /// <param name="node">Who does it.</param>
    /// <param name="readers">Who read its events; null where it offers no session API.</param>
    public NodeHandlers(IMediaNode node, EventReaders? readers)
    {
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
        Add(NodeOperations.Publish, node.PublishAsync);
        Add(NodeOperations.Play, node.PlayAsync);
        Add(NodeOperations.UpdateIce, node.UpdateIceAsync);
        Add(NodeOperations.ChangePlayer, node.ChangePlayerAsync);
        Add(NodeOperations.Close, node.CloseAsync);
        Add(NodeOperations.Describe, node.DescribeAsync);
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
        AddRefusable(NodeOperations.CreateSession, calls.CreateSessionAsync);
        AddRefusable(NodeOperations.NewTracks, calls.NewTracksAsync);
        AddRefusable(NodeOperations.CloseTracks, calls.CloseTracksAsync);
        AddRefusable(NodeOperations.UpdateTracks, calls.UpdateTracksAsync);
        AddRefusable(
            NodeOperations.UpdateAudio,
            async (request, cancellation) =>
                ToResult(await calls.UpdateAudioAsync(request, cancellation))
        );
        AddRefusable(NodeOperations.NewDataChannels, calls.NewDataChannelsAsync);
        AddRefusable(NodeOperations.UpdateDataChannels, calls.UpdateDataChannelsAsync);
        AddRefusable(NodeOperations.CloseDataChannels, calls.CloseDataChannelsAsync);
        AddRefusable(NodeOperations.GetSession, calls.GetSessionAsync);
        AddRefusable(
            NodeOperations.EstablishDataChannels,
            (request, cancellation) =>
                calls.EstablishDataChannelsAsync(request.Session, request.Description, cancellation)
        );
        AddRefusable(
            NodeOperations.RestartIce,
            async (request, cancellation) =>
                request.Description is { } offer
                    ? await calls.RestartIceAsync(request.Session, offer, cancellation)
                    : NoDescription
        );
        AddRefusable(
            NodeOperations.Renegotiate,
            async (request, cancellation) =>
                ToResult(
                    request.Description is { } answer
                        ? await calls.RenegotiateAsync(request.Session, answer, cancellation)
                        : NoDescription
                )
        );
        AddRefusable(
            NodeOperations.DeleteSession,
            async (session, cancellation) =>
                ToResult(await calls.DeleteSessionAsync(session, cancellation))
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
        AddRaw(NodeOperations.ListSessions, (request, call) => ListAsync(calls, request, call));
        AddRaw(
            NodeOperations.OpenEvents,
            async (request, call) =>
                Answer(NodeOperations.OpenEvents, await readers.OpenAsync(request, call.Bus))
        );
        Add(
            NodeOperations.CloseEvents,
            (request, _) =>
            {
                readers.Close(request.Inbox);
                return ValueTask.FromResult(new NodeDone());
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

    private void Add<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, CancellationToken, ValueTask<TAnswer>> run
    ) =>
        AddRaw(
            operation,
            async (request, call) =>
                Done(operation.AnswerType, await run(request, call.Cancellation))
        );

    private void AddRefusable<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, CancellationToken, ValueTask<CallsResult<TAnswer>>> run
    )
        where TAnswer : class =>
        AddRaw(
            operation,
            async (request, call) => Answer(operation, await run(request, call.Cancellation))
        );

    private void AddRaw<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        Func<TRequest, NodeCall, ValueTask<byte[]>> run
    ) =>
        _building.Add(
            operation.Name,
            (body, call) =>
                NodeJson.TryRead(body.Span, operation.RequestType, out var request)
                    ? run(request!, call)
                    : ValueTask.FromResult(Unreadable)
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
