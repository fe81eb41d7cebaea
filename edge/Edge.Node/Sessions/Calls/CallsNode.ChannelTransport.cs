using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Wire.Sdp;

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
            Post(channels, new ChannelChange.OpenEvents(CallsChannels.EventsId));
            return new EstablishOutcome(Description: null, CallsChannels.EventsId);
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
    private async ValueTask<CallsError?> AwaitChannelsAsync(
        CallsSession session,
        CancellationToken cancellation
    )
    {
        var deadline = state.Clock.Now() + Limits.ConnectWait;
        while (true)
        {
            // Taken before the look, so that what comes in between is seen.
            var (answered, connected) = (session.Answered, session.Connected);
            if (session.HasEnded)
            {
                return CallsErrors.Gone;
            }

            var isAgreed = session.Channels is not null;
            if (isAgreed && session.Media?.State == SessionState.Connected)
            {
                return null;
            }

            if (!isAgreed && !session.WantsEvents)
            {
                return CallsErrors.NoChannels;
            }

            var left = deadline - state.Clock.Now();
            if (left <= TimeSpan.Zero)
            {
                return CallsErrors.Connecting;
            }

            await WaitAsync(isAgreed ? connected : answered, left, cancellation);
        }
    }

    /// <summary>Starts or ends what a step changed of the transport of data channels.</summary>
    private async ValueTask<bool> ApplyChannelsAsync(CallsSession session, SessionChange change)
    {
        foreach (var section in change.Sections)
        {
            if (session.Media is not { } media)
            {
                return false;
            }

            if (section.Kind == SectionChangeKind.DataChannelsEnded)
            {
                session.Channels = null;
                Post(media, new ChannelChange.Stop());
            }
            else if (section.Kind == SectionChangeKind.DataChannelsStarted)
            {
                var channels = Create(session, media, section.DataChannels!);
                session.Channels = channels;
                List<ChannelChange> changes = [new ChannelChange.Start(channels)];
                if (session.WantsEvents)
                {
                    changes.Add(new ChannelChange.OpenEvents(CallsChannels.EventsId));
                }

                if (!await ChangeAsync(channels, changes))
                {
                    return false;
                }
            }
        }

        return true;
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
        var media = channels.Carrier;
        state
            .Shards[media.OwnerShard]
            .Post(new ShardCommand.ChangeChannels(media, [.. changes], done));
        return await done.Task;
    }

    private void Post(SessionChannels channels, ChannelChange change) =>
        Post(channels.Carrier, change);

    private void Post(Session media, ChannelChange change) =>
        state
            .Shards[media.OwnerShard]
            .Post(new ShardCommand.ChangeChannels(media, [change], Done: null));

    /// <inheritdoc/>
    public void HandleEventsOpened(SessionChannels channels)
    {
        if (
            state.Options.EventWriter is { } writer
            && Find(channels) is { } session
            && session.TryBeginTelling()
        )
        {
            _ = TellAsync(session, writer);
        }
    }

    /// <summary>Tells a client what happens to its session, in its channel for events.</summary>
    private async Task TellAsync(CallsSession session, CallsEventWriter writer)
    {
        try
        {
            var events = state.Events.ReadAsync(session.AppId, session.Id, session.Ended);
            await foreach (var happened in events)
            {
                if (session.Channels is { } channels)
                {
                    Post(channels, new ChannelChange.Tell(writer(happened)));
                }
            }
        }
        catch (OperationCanceledException) when (session.HasEnded)
        {
            // There is nobody left to tell.
            return;
        }
    }
}
