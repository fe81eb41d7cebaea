using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <content>The session and track API of a node in another process.</content>
internal sealed partial class RemoteNode
{
    /// <inheritdoc/>
    public CallsNodeLimits Limits =>
        parts.Directory.Find(address)?.Announcement.Limits ?? parts.Limits;

    /// <inheritdoc/>
    public async ValueTask<CallsResult<NewSessionOutcome>> CreateSessionAsync(
        NewSessionRequest request,
        CancellationToken cancellation
    ) =>
        ToResult(
            await parts.Link.AskAsync(
                address,
                NodeOperations.CreateSession,
                request,
                NodePatience.NewSession,
                CancellationToken.None
            ),
            // There is no session yet that could be gone.
            isOfSession: false
        );

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> NewTracksAsync(
        NewTracksRequest request,
        CancellationToken cancellation
    ) => ChangeAsync(NodeOperations.NewTracks, request, cancellation);

    /// <inheritdoc/>
    public async ValueTask<CallsError?> RenegotiateAsync(
        SessionKey session,
        SessionSdp answer,
        CancellationToken cancellation
    )
    {
        var request = new DescriptionRequest(session, answer);
        var result = await ChangeAsync(NodeOperations.Renegotiate, request, cancellation);
        return result.Error;
    }

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> CloseTracksAsync(
        CloseTracksRequest request,
        CancellationToken cancellation
    ) => ChangeAsync(NodeOperations.CloseTracks, request, cancellation);

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> UpdateTracksAsync(
        UpdateTracksRequest request,
        CancellationToken cancellation
    ) => ChangeAsync(NodeOperations.UpdateTracks, request, cancellation);

    /// <inheritdoc/>
    public async ValueTask<CallsError?> UpdateAudioAsync(
        UpdateAudioRequest request,
        CancellationToken cancellation
    ) => (await ChangeAsync(NodeOperations.UpdateAudio, request, cancellation)).Error;

    /// <inheritdoc/>
    public ValueTask<CallsResult<EstablishOutcome>> EstablishDataChannelsAsync(
        SessionKey session,
        SessionSdp? offer,
        CancellationToken cancellation
    ) =>
        ChangeAsync(
            NodeOperations.EstablishDataChannels,
            new DescriptionRequest(session, offer),
            cancellation
        );

    /// <inheritdoc/>
    public ValueTask<CallsResult<DataChannelsOutcome>> NewDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => ChangeAsync(NodeOperations.NewDataChannels, request, cancellation);

    /// <inheritdoc/>
    public ValueTask<CallsResult<DataChannelsOutcome>> UpdateDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => ChangeAsync(NodeOperations.UpdateDataChannels, request, cancellation);

    /// <inheritdoc/>
    public ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseDataChannelsAsync(
        CloseDataChannelsRequest request,
        CancellationToken cancellation
    ) => ChangeAsync(NodeOperations.CloseDataChannels, request, cancellation);

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> RestartIceAsync(
        SessionKey session,
        SessionSdp offer,
        CancellationToken cancellation
    ) =>
        ChangeAsync(
            NodeOperations.RestartIce,
            new DescriptionRequest(session, offer),
            cancellation
        );

    /// <inheritdoc/>
    public async ValueTask<CallsResult<CallsSessionState>> GetSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => ToResult(await AskAsync(NodeOperations.GetSession, session, cancellation));

    /// <inheritdoc/>
    public async ValueTask<CallsError?> DeleteSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => ToResult(await AskAsync(NodeOperations.DeleteSession, session, cancellation)).Error;

    /// <inheritdoc/>
    public async ValueTask<SessionPage> ListSessionsAsync(
        ListSessionsRequest request,
        CancellationToken cancellation
    )
    {
        var reply = await parts.Link.AskAsync(
            address,
            NodeOperations.ListSessions,
            request,
            NodePatience.Everybody,
            cancellation
        );
        return reply.IsDone ? reply.Value : new SessionPage([], Next: null) { IsIncomplete = true };
    }

    /// <inheritdoc/>
    public ValueTask<IAsyncEnumerable<CallsEvent>> ReadEventsAsync(
        EventsRequest request,
        CancellationToken cancellation
    ) => parts.Feeds.ReadAsync(request, address, parts, cancellation);

    /// <summary>Asks the node to; whether it heard is not known.</summary>
    public void GoAway(TimeSpan within) =>
        _ = AskAsync(NodeOperations.GoAway, new GoAwayRequest(within), CancellationToken.None)
            .AsTask();

    private async ValueTask<CallsResult<TAnswer>> ChangeAsync<TRequest, TAnswer>(
        NodeOperation<TRequest, TAnswer> operation,
        TRequest request,
        CancellationToken cancellation
    )
        where TAnswer : class =>
        ToResult(
            await parts.Link.AskAsync(
                address,
                operation,
                request,
                NodePatience.Change(Limits),
                cancellation
            )
        );

    private CallsResult<TAnswer> ToResult<TAnswer>(
        NodeReply<TAnswer> reply,
        bool isOfSession = true
    )
        where TAnswer : class =>
        reply.IsDone ? reply.Value
        : reply.Refused is { } refused ? refused
        : isOfSession && IsGone(reply.Failure) ? SessionErrors.Gone
        : new CallsError(ToCode(reply.Failure), ToDetail(reply.Failure), ToRetry(reply.Failure));

    private static CallsErrorCode ToCode(NodeFailure? failure) =>
        failure?.Kind switch
        {
            NodeFailureKind.Busy => CallsErrorCode.Overloaded,
            NodeFailureKind.TooLong => CallsErrorCode.InvalidSessionDescription,
            NodeFailureKind.Absent
            or NodeFailureKind.Unsent
            or NodeFailureKind.Late
            or NodeFailureKind.Broken
            or null
            or _ => CallsErrorCode.Unavailable,
        };
}
