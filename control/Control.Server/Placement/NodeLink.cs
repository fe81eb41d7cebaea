using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Bus;

namespace Control.Server.Placement;

/// <summary>Asks nodes in other processes.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="buses">Which bus leads where.</param>
internal sealed class NodeLink(NodeBuses buses)
{
    /// <summary>Asks a node; whatever happens is a value.</summary>
    /// <param name="node">Which.</param>
    /// <param name="operation">For what.</param>
    /// <param name="request">With which request.</param>
    /// <param name="within">How long the node has for it.</param>
    /// <param name="cancellation">Ends the wait, not what the node does.</param>
    public async ValueTask<NodeReply<TAnswer>> AskAsync<TRequest, TAnswer>(
        NodeAddress node,
        NodeOperation<TRequest, TAnswer> operation,
        TRequest request,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        if (buses.Find(node) is not { } bus)
        {
            return new NodeFailure(NodeFailureKind.Absent);
        }

        var message = NodeEnvelope.Write(operation.Name, request, operation.RequestType, within);
        if (message.Length > bus.PayloadBytesMax)
        {
            return new NodeFailure(NodeFailureKind.TooLong);
        }

        var reply = await bus.RequestAsync(
            NodeSubject.Requests(node),
            message,
            within + NodePatience.OnTheWay,
            cancellation
        );
        return reply.Status switch
        {
            BusReplyStatus.Answered => Read(operation, reply.Payload.Span),
            BusReplyStatus.NoResponders => new NodeFailure(NodeFailureKind.Absent),
            BusReplyStatus.TimedOut => new NodeFailure(NodeFailureKind.Late),
            BusReplyStatus.Unavailable => new NodeFailure(NodeFailureKind.Unsent),
            _ => throw new InvalidOperationException($"A request ended as {reply.Status}."),
        };
    }

    private static NodeReply<TAnswer> Read<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        ReadOnlySpan<byte> message
    )
    {
        if (!NodeEnvelope.TryRead(message, out var envelope))
        {
            return new NodeFailure(NodeFailureKind.Broken);
        }

        switch (envelope.Name)
        {
            case NodeEnvelope.Done
                when NodeJson.TryRead(envelope.Body, operation.AnswerType, out var answer):
                return new NodeReply<TAnswer>(answer, null, null);
            case NodeEnvelope.Refused
                when NodeJson.TryRead(envelope.Body, NodeJson.Types.CallsError, out var error)
                    && error!.Code != CallsErrorCode.None:
                return new NodeReply<TAnswer>(default, error, null);
            case NodeEnvelope.Fault
                when NodeJson.TryRead(envelope.Body, NodeJson.Types.NodeFault, out var fault):
                return ToFailure(fault!);
            default:
                return new NodeFailure(NodeFailureKind.Broken);
        }
    }

    private static NodeFailure ToFailure(NodeFault fault) =>
        fault.Kind switch
        {
            NodeFaultKind.Overloaded => new(NodeFailureKind.Busy, fault.RetryAfter),
            NodeFaultKind.TimedOut => new(NodeFailureKind.Late),
            NodeFaultKind.TooLong => new(NodeFailureKind.TooLong),
            NodeFaultKind.UnknownOperation
            or NodeFaultKind.Unreadable
            or NodeFaultKind.Failed
            or _ => new(NodeFailureKind.Broken),
        };
}
