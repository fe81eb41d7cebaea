using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Wire.Sdp;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Sessions.Calls;

/// <content>The transport of data channels, and the channel of events.</content>
internal sealed partial class CallsNode
{
    /// <inheritdoc/>
    public async ValueTask<CallsResult<EstablishOutcome>> EstablishDataChannelsAsync(
        SessionKey session,
        SessionSdp? offer,
        CancellationToken cancellation
    )
    {
        if (!TryFind(session, out var found))
        {
            return CallsErrors.Gone;
        }

        SessionDescription? description = null;
        if (offer is not null)
        {
            if (!offer.IsOffer)
            {
                return CallsErrors.WrongType("offer");
            }

            if (!SessionDescription.TryParse(offer.Sdp, out description, out var error))
            {
                return CallsErrors.Unreadable(error.Sentence);
            }

            if (Requested.Transport(description).IsEmpty)
            {
                return CallsErrors.NoApplication;
            }
        }

        if (await TakeTurnAsync(found, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            found.Intents.Clear();
            return description is null
                ? await OfferChannelsAsync(found)
                : await AnswerChannelsAsync(found, description);
        }
        finally
        {
            found.Gate.Release();
        }
    }

    private async ValueTask<CallsResult<EstablishOutcome>> OfferChannelsAsync(CallsSession session)
    {
        session.WantsEvents = true;
        if (session.Channels is { } channels)
        {
            // Before the answer, so that what happens after it is told.
            return await ChangeAsync(
                channels,
                [new ChannelChange.OpenEvents(CallsChannels.EventsId)]
            )
                ? new EstablishOutcome(Description: null, CallsChannels.EventsId)
                : CallsErrors.Gone;
        }

        var offered = await ApplyAsync(
            session,
            Offer(session, [new SectionRequest.DataChannels()])
        );
        return offered.IsDone
            ? new EstablishOutcome(
                new SessionSdp(IsOffer: true, offered.Value.Sdp!),
                CallsChannels.EventsId
            )
            : offered.Error;
    }

    private async ValueTask<CallsResult<EstablishOutcome>> AnswerChannelsAsync(
        CallsSession session,
        SessionDescription offer
    )
    {
        var answered = await ApplyAsync(
            session,
            Answer(session, offer, Requested.Transport(offer))
        );
        return answered.IsDone
            ? new EstablishOutcome(
                new SessionSdp(IsOffer: false, answered.Value.Sdp!),
                CallsChannels.EventsId
            )
            : answered.Error;
    }

    /// <summary>Waits for the transport of data channels, bounded: until it is agreed and connected.</summary>
    private ValueTask<CallsError?> AwaitChannelsAsync(
        CallsSession session,
        CancellationToken cancellation
    ) => AwaitAsync(Limits.ConnectWait, () => LookForTransport(session), cancellation);

    private static Outlook<CallsError?> LookForTransport(CallsSession session)
    {
        // Taken before the look, so that what comes in between is seen.
        var (answered, connected) = (session.Answered, session.Connected);
        if (session.Refusal is { } refusal)
        {
            return new(refusal);
        }

        if (session.Channels is null)
        {
            return session.WantsEvents
                ? new(CallsErrors.Connecting, answered)
                : new(CallsErrors.NoChannels);
        }

        return session.Media?.State == SessionState.Connected
            ? new(null)
            : new(CallsErrors.Connecting, connected);
    }

    /// <summary>Starts or ends what a step changed of the transport of data channels.</summary>
    private async ValueTask<bool> ApplyChannelsAsync(CallsSession session, SessionChange change)
    {
        foreach (var section in change.Sections)
        {
            if (section.Kind == SectionChangeKind.DataChannelsEnded)
            {
                await StopChannelsAsync(session);
            }
            else if (section.Kind == SectionChangeKind.DataChannelsStarted)
            {
                await StopChannelsAsync(session);
                if (
                    session.Media is not { } media
                    || !await StartChannelsAsync(session, media, section.DataChannels!)
                )
                {
                    return false;
                }
            }
        }

        return true;
    }

    private async ValueTask StopChannelsAsync(CallsSession session)
    {
        if (session.Channels is { } channels)
        {
            session.Channels = null;
            _ = await ChangeAsync(channels, [new ChannelChange.Stop()]);
        }
    }

    private async ValueTask<bool> StartChannelsAsync(
        CallsSession session,
        Session media,
        DataChannelAgreement agreement
    )
    {
        var channels = Create(session, media, agreement);
        List<ChannelChange> changes = [new ChannelChange.Start()];
        if (session.WantsEvents)
        {
            changes.Add(new ChannelChange.OpenEvents(CallsChannels.EventsId));
        }

        if (!await ChangeAsync(channels, changes))
        {
            return false;
        }

        // Only now: nobody opens a channel before its transport is there.
        session.Channels = channels;
        return true;
    }

    /// <summary>The channels of a session go on over another transport.</summary>
    private async ValueTask MoveChannelsAsync(CallsSession session, Session media)
    {
        if (
            session.Channels is { } channels
            && !await ChangeAsync(channels, [new ChannelChange.MoveTo(media)])
        )
        {
            session.Channels = null;
        }
    }

    private static SessionChannels Create(
        CallsSession session,
        Session media,
        DataChannelAgreement agreement
    ) =>
        new(
            new DataChannelTransport(
                media.Peer.Transport.DtlsRole,
                ChannelLimits.Options(agreement),
                new MessagePool(ChannelLimits.PoolBytesMax),
                session.Random.Fork()
            ),
            media
        );

    private async ValueTask<bool> ChangeAsync(SessionChannels channels, List<ChannelChange> changes)
    {
        var done = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        state.Post(channels, [.. changes], done);
        return await done.Task;
    }

    /// <inheritdoc/>
    public void HandleEventsOpened(SessionChannels channels)
    {
        if (state.Options.EventWriter is { } writer && Find(channels) is { } session)
        {
            session.BeginTelling(cancellation => TellAsync(session, writer, cancellation));
        }
    }

    /// <summary>Tells a client what happens to its session, in its channel for events.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    private async Task TellAsync(
        CallsSession session,
        CallsEventWriter writer,
        CancellationToken cancellation
    )
    {
        // Numbers go on where another node, or whoever told before, left off.
        var told = session.ToldSequence;
        try
        {
            var events = ReadEvents(
                new EventsRequest(session.AppId, session.Id, Group: null),
                cancellation
            );
            await foreach (var raised in events)
            {
                var happened = raised with { Sequence = told + raised.Sequence };
                session.ToldSequence = happened.Sequence;
                if (session.Channels is { } channels)
                {
                    state.Post(channels, [new ChannelChange.Tell(writer(happened))]);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // There is nobody left to tell, or another node does.
            return;
        }
        catch (Exception error)
        {
            LogNotTold(state.Logger, error);
        }
    }

    [LoggerMessage(3200, LogLevel.Error, "A session's events are not told any more.")]
    private static partial void LogNotTold(ILogger logger, Exception error);
}
