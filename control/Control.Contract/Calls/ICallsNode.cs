namespace Control.Contract.Calls;

/// <summary>What control asks of an edge node for the session and track API.</summary>
/// <remarks>
/// The node serialises the changes of one session in a queue: overlap is not an error. Nothing here
/// throws for what a client did wrong: refusals are values. A session of another app is
/// <see cref="CallsErrorCode.SessionGone"/>, like one that never was; to a session of a group, what another
/// group publishes is not there. Threads: any.
/// </remarks>
public interface ICallsNode
{
    /// <summary>What the node holds its sessions to.</summary>
    CallsNodeLimits Limits { get; }

    /// <summary>Makes a session.</summary>
    ValueTask<CallsResult<NewSessionOutcome>> CreateSessionAsync(
        NewSessionRequest request,
        CancellationToken cancellation
    );

    /// <summary>Publishes or pulls tracks. A pull of a track without media waits for it, bounded.</summary>
    ValueTask<CallsResult<TracksOutcome>> NewTracksAsync(
        NewTracksRequest request,
        CancellationToken cancellation
    );

    /// <summary>Takes the answer to an offer of ours.</summary>
    ValueTask<CallsError?> RenegotiateAsync(
        SessionKey session,
        SessionSdp answer,
        CancellationToken cancellation
    );

    /// <summary>Ends tracks.</summary>
    ValueTask<CallsResult<TracksOutcome>> CloseTracksAsync(
        CloseTracksRequest request,
        CancellationToken cancellation
    );

    /// <summary>Changes what pulled sections carry; allowed while an offer is pending.</summary>
    ValueTask<CallsResult<TracksOutcome>> UpdateTracksAsync(
        UpdateTracksRequest request,
        CancellationToken cancellation
    );

    /// <summary>Changes what a session's client hears of what it pulls; null when it is done. Needs no
    /// turn: it may come while an offer is pending.</summary>
    ValueTask<CallsError?> UpdateAudioAsync(
        UpdateAudioRequest request,
        CancellationToken cancellation
    );

    /// <summary>Makes the data-channel transport and its "server-events" channel.</summary>
    ValueTask<CallsResult<EstablishOutcome>> EstablishDataChannelsAsync(
        SessionKey session,
        SessionSdp? offer,
        CancellationToken cancellation
    );

    /// <summary>Makes data channels.</summary>
    ValueTask<CallsResult<DataChannelsOutcome>> NewDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    );

    /// <summary>Grants or revokes the right to reply.</summary>
    ValueTask<CallsResult<DataChannelsOutcome>> UpdateDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    );

    /// <summary>Ends data channels.</summary>
    ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseDataChannelsAsync(
        CloseDataChannelsRequest request,
        CancellationToken cancellation
    );

    /// <summary>Restarts ICE: the offer has new credentials and no other change (RFC 8829 §5.8).</summary>
    ValueTask<CallsResult<TracksOutcome>> RestartIceAsync(
        SessionKey session,
        SessionSdp offer,
        CancellationToken cancellation
    );

    /// <summary>A session as it is now.</summary>
    ValueTask<CallsResult<CallsSessionState>> GetSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    );

    /// <summary>Ends a session; null when it has ended now.</summary>
    ValueTask<CallsError?> DeleteSessionAsync(SessionKey session, CancellationToken cancellation);

    /// <summary>An app's sessions, in the order of their ids.</summary>
    ValueTask<SessionPage> ListSessionsAsync(
        ListSessionsRequest request,
        CancellationToken cancellation
    );

    /// <summary>Begins to read what happens: nothing is missed from the moment this is answered. A reader
    /// that falls behind loses the oldest events.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="cancellation">Ends it, with an <see cref="OperationCanceledException"/> for who reads.
    /// Whoever asks has to cancel in the end, even when nothing was read.</param>
    ValueTask<IAsyncEnumerable<CallsEvent>> ReadEventsAsync(
        EventsRequest request,
        CancellationToken cancellation
    );

    /// <summary>Tells everybody who reads events of sessions that the node has, now or later, that it goes away; from then on
    /// reports of sessions of WHIP and WHEP say so as well.</summary>
    /// <param name="within">Time until sessions are ended that are still there.</param>
    void GoAway(TimeSpan within);
}
