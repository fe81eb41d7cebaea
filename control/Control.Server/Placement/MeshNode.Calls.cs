using Control.Contract;
using Control.Contract.Calls;

namespace Control.Server.Placement;

/// <content>The session and track API over all nodes.</content>
internal sealed partial class MeshNode
{
    /// <summary>What this process was told that nodes hold sessions to; each node's own are its own.</summary>
    public CallsNodeLimits Limits => parts.Limits;

    /// <inheritdoc/>
    public async ValueTask<CallsResult<NewSessionOutcome>> CreateSessionAsync(
        NewSessionRequest request,
        CancellationToken cancellation
    )
    {
        TimeSpan? retryAfter = null;
        foreach (var (address, node) in Candidates(cancellation))
        {
            var result = await node.CreateSessionAsync(request, cancellation);
            if (
                result.Error
                is not { Code: CallsErrorCode.Overloaded or CallsErrorCode.Unavailable } error
            )
            {
                NotePlaced(address, result.IsDone);
                return result;
            }

            retryAfter = error.RetryAfter ?? retryAfter;
            NoteRefused(address, error.Code == CallsErrorCode.Unavailable, error.Description);
        }

        return new CallsError(CallsErrorCode.Overloaded, NoRoom, DrawRetry(retryAfter));
    }

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> NewTracksAsync(
        NewTracksRequest request,
        CancellationToken cancellation
    ) => AskAsync(request.Session, node => node.NewTracksAsync(request, cancellation));

    /// <inheritdoc/>
    public async ValueTask<CallsError?> RenegotiateAsync(
        SessionKey session,
        SessionSdp answer,
        CancellationToken cancellation
    ) =>
        TryFindOwner(session, out var owner, out var error)
            ? await owner.RenegotiateAsync(session, answer, cancellation)
            : error;

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> CloseTracksAsync(
        CloseTracksRequest request,
        CancellationToken cancellation
    ) => AskAsync(request.Session, node => node.CloseTracksAsync(request, cancellation));

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> UpdateTracksAsync(
        UpdateTracksRequest request,
        CancellationToken cancellation
    ) => AskAsync(request.Session, node => node.UpdateTracksAsync(request, cancellation));

    /// <inheritdoc/>
    public async ValueTask<CallsError?> UpdateAudioAsync(
        UpdateAudioRequest request,
        CancellationToken cancellation
    ) =>
        TryFindOwner(request.Session, out var owner, out var error)
            ? await owner.UpdateAudioAsync(request, cancellation)
            : error;

    /// <inheritdoc/>
    public ValueTask<CallsResult<EstablishOutcome>> EstablishDataChannelsAsync(
        SessionKey session,
        SessionSdp? offer,
        CancellationToken cancellation
    ) => AskAsync(session, node => node.EstablishDataChannelsAsync(session, offer, cancellation));

    /// <inheritdoc/>
    public ValueTask<CallsResult<DataChannelsOutcome>> NewDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => AskAsync(request.Session, node => node.NewDataChannelsAsync(request, cancellation));

    /// <inheritdoc/>
    public ValueTask<CallsResult<DataChannelsOutcome>> UpdateDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => AskAsync(request.Session, node => node.UpdateDataChannelsAsync(request, cancellation));

    /// <inheritdoc/>
    public ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseDataChannelsAsync(
        CloseDataChannelsRequest request,
        CancellationToken cancellation
    ) => AskAsync(request.Session, node => node.CloseDataChannelsAsync(request, cancellation));

    /// <inheritdoc/>
    public ValueTask<CallsResult<TracksOutcome>> RestartIceAsync(
        SessionKey session,
        SessionSdp offer,
        CancellationToken cancellation
    ) => AskAsync(session, node => node.RestartIceAsync(session, offer, cancellation));

    /// <inheritdoc/>
    public ValueTask<CallsResult<CallsSessionState>> GetSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => AskAsync(session, node => node.GetSessionAsync(session, cancellation));

    /// <inheritdoc/>
    public async ValueTask<CallsError?> DeleteSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    ) =>
        TryFindOwner(session, out var owner, out var error)
            ? await owner.DeleteSessionAsync(session, cancellation)
            : error;

    /// <summary>Of all nodes; it says so when one that may have some did not answer, or when not all that there
    /// are can be known.</summary>
    public async ValueTask<SessionPage> ListSessionsAsync(
        ListSessionsRequest request,
        CancellationToken cancellation
    )
    {
        var pages = await Task.WhenAll(
            Nodes()
                .Select(node => At(node.Address).ListSessionsAsync(request, cancellation).AsTask())
        );
        var page = SessionPages.Merge(pages, request.CountMax);
        return page with { IsIncomplete = page.IsIncomplete || !parts.Directory.IsSettled };
    }

    /// <summary>Of a session from who has it; else of all nodes, those that come later too.</summary>
    public ValueTask<IAsyncEnumerable<CallsEvent>> ReadEventsAsync(
        EventsRequest request,
        CancellationToken cancellation
    )
    {
        if (request.SessionId is not { } sessionId)
        {
            return parts.Feeds.ReadAsync(request, only: null, parts, cancellation);
        }

        return TryFindOwner(new SessionKey(request.AppId, sessionId), out var owner, out _)
            ? owner.ReadEventsAsync(request, cancellation)
            : ValueTask.FromResult(EventReader.Empty());
    }

    /// <summary>Every node of every PoP goes away. Not for a control that ends: it takes no session with it.</summary>
    public void GoAway(TimeSpan within)
    {
        foreach (var node in Nodes())
        {
            At(node.Address).GoAway(within);
        }
    }

    private async ValueTask<CallsResult<T>> AskAsync<T>(
        SessionKey session,
        Func<RemoteNode, ValueTask<CallsResult<T>>> askAsync
    )
        where T : class =>
        TryFindOwner(session, out var owner, out var error) ? await askAsync(owner) : error;
}
