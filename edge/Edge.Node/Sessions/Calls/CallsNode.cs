using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.MeshLink;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Protocol.Transport;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions.Calls;

/// <summary>The session and track API of a node.</summary>
/// <remarks>
/// Negotiation runs on the caller's thread, one change of a session at a time; what it changes of the
/// media is made by the shard that owns the session. Threads: any.
/// </remarks>
internal sealed partial class CallsNode(NodeState state, SessionFactory factory)
    : ICallsNode,
        ICallerObserver,
        IPeerSource
{
    /// <summary>How long an offer of ours may stay unanswered before the next change takes it back.
    /// Chosen: twice what partytracks allows itself for its answer.</summary>
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public CallsNodeLimits Limits => state.Options.Calls;

    /// <inheritdoc/>
    public async ValueTask<CallsResult<NewSessionOutcome>> CreateSessionAsync(
        NewSessionRequest request,
        CancellationToken cancellation
    )
    {
        if (factory.IsFull(out var reason) || IsCrowded(out reason))
        {
            return CallsErrors.Overloaded(reason!, state.Options.OverloadedRetryAfter);
        }

        var random = factory.Fork();
        var policy = new SessionPolicy
        {
            Cname = random.NextToken(SessionFactory.NameLength),
            MessageBytesMax = ChannelLimits.MessageBytesMax,
        };
        var session = new CallsSession(
            factory.DrawId(random),
            request,
            policy,
            random,
            state.Clock.Now()
        )
        {
            Identity = factory.Identities.Own,
        };
        if (request.IsThirdParty)
        {
            if (IsCrowdedByServers() || factory.OpenPort() is not { } socket)
            {
                return CallsErrors.NoPort(state.Options.OverloadedRetryAfter);
            }

            session.SetSocket(socket);
        }

        state.Calls.Add(session);
        if (request.Offer is null)
        {
            return new NewSessionOutcome(session.Id, Answer: null);
        }

        var answered = await AnswerFirstAsync(session, request.Offer);
        if (!answered.IsDone)
        {
            End(session);
            return answered.Error;
        }

        return new NewSessionOutcome(session.Id, new SessionSdp(false, answered.Value));
    }

    /// <inheritdoc/>
    public async ValueTask<CallsError?> RenegotiateAsync(
        SessionKey session,
        SessionSdp answer,
        CancellationToken cancellation
    )
    {
        if (!TryFind(session, out var found))
        {
            return CallsErrors.Gone;
        }

        if (answer.IsOffer)
        {
            return CallsErrors.WrongType("answer");
        }

        if (!SessionDescription.TryParse(answer.Sdp, out var description, out var error))
        {
            return CallsErrors.Unreadable(error.Sentence);
        }

        if (await EnterAsync(found, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            NoteContent(found, description);
            var applied = await ApplyAsync(found, found.Negotiator.Accept(description));
            if (applied.IsDone)
            {
                found.Intents.Clear();
                found.HandleAnswered();
            }

            return applied.Error;
        }
        finally
        {
            found.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<CallsError?> DeleteSessionAsync(
        SessionKey session,
        CancellationToken cancellation
    )
    {
        if (!TryFind(session, out var found))
        {
            return CallsErrors.Gone;
        }

        if (await EnterAsync(found, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            return End(found) ? null : CallsErrors.Gone;
        }
        finally
        {
            found.Gate.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<IAsyncEnumerable<CallsEvent>> ReadEventsAsync(
        EventsRequest request,
        CancellationToken cancellation
    ) => ValueTask.FromResult(ReadEvents(request, cancellation));

    /// <inheritdoc/>
    public void GoAway(TimeSpan within)
    {
        state.IsLeaving = true;
        state.Events.GoAway(DateTimeOffset.UtcNow + within, IsHere);
    }

    /// <summary>Whether there is a session of those that a request for events is about.</summary>
    private bool IsHere(EventsRequest request)
    {
        if (request.SessionId is { } id)
        {
            return state.Calls.TryFind(request.AppId, id, out _);
        }

        foreach (var session in state.Calls.All)
        {
            if (
                string.Equals(session.AppId, request.AppId, StringComparison.Ordinal)
                && (
                    request.Group is null
                    || string.Equals(session.Group, request.Group, StringComparison.Ordinal)
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void HandleConnected(Session media)
    {
        if (state.Calls.TryFind(media.Stream.AppId, media.Id, out var session))
        {
            session.HandleConnected(media);
            Raise(session, CallsEventKind.SessionConnected);
        }
    }

    /// <inheritdoc/>
    public void HandleClosed(Session media)
    {
        if (
            state.Calls.TryFind(media.Stream.AppId, media.Id, out var session)
            && ReferenceEquals(session.Media, media)
        )
        {
            End(session);
        }
    }

    /// <summary>Ends all sessions of an app.</summary>
    public void EndApp(string appId)
    {
        foreach (var session in state.Calls.All)
        {
            if (string.Equals(session.AppId, appId, StringComparison.Ordinal))
            {
                End(session);
            }
        }
    }

    /// <summary>Ends sessions that never got a description within their time.</summary>
    public void Expire(Instant now)
    {
        foreach (var session in state.Calls.All)
        {
            if (session.Media is null && now - session.CreatedAt >= Limits.SessionIdle)
            {
                End(session);
            }
        }
    }

    private bool IsCrowded(out string? reason)
    {
        reason =
            state.Calls.Count >= state.Options.SessionsMax
                ? "The node takes no more sessions now."
                : null;
        return reason is not null;
    }

    /// <summary>Two that come at once may both be the last.</summary>
    private bool IsCrowdedByServers() =>
        state.Calls.All.Count(session => session.IceMode == IceMode.Controlling)
        >= state.Options.ServerSessionsMax;

    private bool TryFind(
        SessionKey key,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CallsSession? session
    ) =>
        state.Calls.TryFind(key.AppId, key.SessionId, out session)
        && session.Fate != CallsSessionFate.Ended;

    /// <summary>Finds a session that another one may pull from.</summary>
    private bool TryFindPublisher(
        string appId,
        string? group,
        string sessionId,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CallsSession? publisher
    ) =>
        state.Calls.TryFind(appId, sessionId, out publisher)
        && publisher.Fate != CallsSessionFate.Ended
        && publisher.IsSeenBy(group);

    private async ValueTask<CallsResult<string>> AnswerFirstAsync(
        CallsSession session,
        SessionSdp offer
    )
    {
        if (!offer.IsOffer)
        {
            return CallsErrors.WrongType("offer");
        }

        if (!SessionDescription.TryParse(offer.Sdp, out var description, out var error))
        {
            return CallsErrors.Unreadable(error.Sentence);
        }

        if (await EnterAsync(session, CancellationToken.None) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var applied = await ApplyAsync(
                session,
                Answer(session, description, Requested.Transport(description))
            );
            return applied.IsDone ? applied.Value.Sdp! : applied.Error;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <summary>Ends a session: its tracks for all who pull them, its transport with a goodbye.</summary>
    private bool End(CallsSession session)
    {
        if (!session.TryEnd())
        {
            return false;
        }

        state.Calls.Remove(session);
        state.Adoptions?.Release(session.Id);
        session.TakeSocket()?.Dispose();
        var change = new StreamChange();
        foreach (var track in session.Published)
        {
            Retire(track, change);
        }

        state.Apply(change);
        if (session.Media is { } media)
        {
            state
                .Shards[media.OwnerShard]
                .Post(new ShardCommand.Close(media, PeerClosedReason.Requested, Done: null));
        }

        Raise(session, CallsEventKind.SessionEnded);
        return true;
    }

    private void Retire(CallsTrack track, StreamChange change)
    {
        if (track.Stream.Source is { } source)
        {
            change.Ended.Add(source);
            track.Stream.Source = null;
        }

        track.Stream.Retire();
        change.Retired.Add(track.Stream);
        Raise(track, CallsEventKind.TrackEnded);
    }

    private void Raise(CallsSession session, CallsEventKind kind) =>
        state.Events.Raise(
            session.Subject,
            () => new CallsEvent(kind, session.Id, DateTimeOffset.UtcNow, 0)
        );

    private void Raise(CallsTrack track, CallsEventKind kind) =>
        state.Events.Raise(
            track.Publisher,
            () =>
                new CallsEvent(kind, track.Publisher.SessionId, DateTimeOffset.UtcNow, 0)
                {
                    TrackName = track.Name,
                    Mid = track.Mid,
                    MediaKind = KindNames.Of(track.Stream.Description.Kind),
                }
        );
}
