using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>A node in another process.</summary>
/// <remarks>
/// A node that gives no answer is a refusal like others: unavailable, or busy, with a wait of its own for
/// each client; gone only when the node has been away for longer than its sessions last. What makes a
/// session is waited for even when the asker has gone, since only who has the answer can end
/// the session. Threads: any.
/// </remarks>
/// <param name="address">Which node.</param>
/// <param name="parts">How nodes are asked.</param>
internal sealed partial class RemoteNode(NodeAddress address, NodeParts parts)
    : IMediaNode,
        ICallsNode
{
    // Chosen: a node that restarts, or a bus that reconnects, needs about as long.
    private static readonly TimeSpan UnavailableRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BusyRetry = TimeSpan.FromSeconds(5);

    private const string UnavailableDetail = "The node of this session cannot be reached now.";
    private const string LateDetail =
        "The node did not answer in time; what came of the request is not known.";
    private const string BusyDetail = "The node does as many requests as it can.";
    private const string TooLongDetail = "This is longer than what is passed on between servers.";

    /// <inheritdoc/>
    ICallsNode IMediaNode.Calls => this;

    /// <inheritdoc/>
    public ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => MakeAsync(NodeOperations.Publish, request);

    /// <inheritdoc/>
    public ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => MakeAsync(NodeOperations.Play, request);

    /// <inheritdoc/>
    public async ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    )
    {
        var reply = await AskAsync(NodeOperations.UpdateIce, request, cancellation);
        if (reply.IsDone)
        {
            return reply.Value;
        }

        return IsGone(reply.Failure)
            ? new IceUpdateResult.NotFound()
            : new IceUpdateResult.Refused(ToReason(reply.Failure), ToDetail(reply.Failure));
    }

    /// <inheritdoc/>
    public async ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    )
    {
        var reply = await AskAsync(NodeOperations.ChangePlayer, change, cancellation);
        return reply.IsDone ? reply.Value
            : IsGone(reply.Failure) ? new PlayerChangeResult.NotFound()
            : new PlayerChangeResult.Unavailable(ToDetail(reply.Failure), ToRetry(reply.Failure));
    }

    /// <inheritdoc/>
    public async ValueTask<CloseResult> CloseAsync(
        SessionKey session,
        CancellationToken cancellation
    )
    {
        var reply = await AskAsync(NodeOperations.Close, session, cancellation);
        return reply.IsDone ? reply.Value
            : IsGone(reply.Failure) ? new CloseResult.NotFound()
            : new CloseResult.Unavailable(ToDetail(reply.Failure), ToRetry(reply.Failure));
    }

    /// <inheritdoc/>
    public async ValueTask CloseAppAsync(string appId) => _ = await TryCloseAppAsync(appId);

    /// <summary>The same; false when the node did not say that it did.</summary>
    public async ValueTask<bool> TryCloseAppAsync(string appId)
    {
        var request = new AppRequest(appId);
        var reply = await AskAsync(NodeOperations.CloseApp, request, CancellationToken.None);
        return reply.IsDone;
    }

    /// <inheritdoc/>
    public async ValueTask<DescribeResult> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    )
    {
        var reply = await AskAsync(NodeOperations.Describe, session, cancellation);
        return reply.IsDone ? reply.Value
            : IsGone(reply.Failure) ? new DescribeResult.NotFound()
            : new DescribeResult.Unavailable(ToDetail(reply.Failure), ToRetry(reply.Failure));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation)
    {
        var reply = await parts.Link.AskAsync(
            address,
            NodeOperations.IsLive,
            stream,
            NodePatience.Everybody,
            cancellation
        );
        return reply is { IsDone: true, Value: true };
    }

    /// <inheritdoc/>
    public async ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    )
    {
        var reply = await parts.Link.AskAsync(
            address,
            NodeOperations.CountViewers,
            request,
            NodePatience.Everybody,
            cancellation
        );
        return reply.IsDone ? reply.Value : new ViewerCountResult([]);
    }

    /// <inheritdoc/>
    public NodeReport Report() =>
        parts.Directory.Find(address)?.Announcement.Report ?? new NodeReport(0, 0, 0, 0, 0, 0);

    private async ValueTask<SessionResult> MakeAsync(
        NodeOperation<SessionRequest, SessionResult> operation,
        SessionRequest request
    )
    {
        var reply = await parts.Link.AskAsync(
            address,
            operation,
            request,
            NodePatience.NewSession,
            CancellationToken.None
        );
        return reply.IsDone
            ? reply.Value
            : new SessionResult.Refused(
                ToReason(reply.Failure),
                ToDetail(reply.Failure),
                ToRetry(reply.Failure)
            );
    }

    private ValueTask<NodeReply<TAnswer>> AskAsync<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        TRequest request,
        CancellationToken cancellation
    ) => parts.Link.AskAsync(address, operation, request, NodePatience.Brief, cancellation);

    /// <summary>Whether the node has been away for so long that its sessions are gone.</summary>
    private bool IsGone(NodeFailure? failure) =>
        failure?.Kind == NodeFailureKind.Absent && parts.Directory.IsLost(address);

    private static RefusalReason ToReason(NodeFailure? failure) =>
        failure?.Kind switch
        {
            NodeFailureKind.Busy => RefusalReason.Overloaded,
            NodeFailureKind.TooLong => RefusalReason.Unsupported,
            NodeFailureKind.Absent
            or NodeFailureKind.Unsent
            or NodeFailureKind.Late
            or NodeFailureKind.Broken
            or null
            or _ => RefusalReason.Unavailable,
        };

    private static string ToDetail(NodeFailure? failure) =>
        failure?.Kind switch
        {
            NodeFailureKind.Busy => BusyDetail,
            NodeFailureKind.TooLong => TooLongDetail,
            NodeFailureKind.Late or NodeFailureKind.Broken => LateDetail,
            NodeFailureKind.Absent or NodeFailureKind.Unsent or null or _ => UnavailableDetail,
        };

    private TimeSpan? ToRetry(NodeFailure? failure) =>
        failure?.Kind switch
        {
            NodeFailureKind.TooLong => null,
            NodeFailureKind.Busy => parts.Jitter.Around(failure.RetryAfter ?? BusyRetry),
            NodeFailureKind.Absent
            or NodeFailureKind.Unsent
            or NodeFailureKind.Late
            or NodeFailureKind.Broken
            or null
            or _ => parts.Jitter.Around(UnavailableRetry),
        };
}
