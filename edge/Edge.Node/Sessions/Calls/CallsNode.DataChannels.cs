using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;

namespace Edge.Node.Sessions.Calls;

/// <content>Data channels: new ones, changes and ends.</content>
/// <remarks>Channels need no SDP once their transport is there: they come and go beside negotiations.</remarks>
internal sealed partial class CallsNode
{
    /// <inheritdoc/>
    public async ValueTask<CallsResult<DataChannelsOutcome>> NewDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return CallsErrors.Gone;
        }

        if (await AwaitChannelsAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        var sources = await Task.WhenAll(
            request.Channels.Select(item => FindSourceAsync(session, item, cancellation))
        );
        try
        {
            return await OpenInTurnAsync(session, request.Channels, sources, cancellation);
        }
        finally
        {
            foreach (var source in sources)
            {
                if (source.Value is { } found)
                {
                    state.Desk?.Release(found);
                }
            }
        }
    }

    /// <summary>Under the gate, so that a session does not move while channels come to it or go.</summary>
    private async ValueTask<CallsResult<DataChannelsOutcome>> OpenInTurnAsync(
        CallsSession session,
        ImmutableArray<DataChannelRequest> requests,
        CallsResult<FoundChannel>[] sources,
        CancellationToken cancellation
    )
    {
        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            return await OpenAsync(session, requests, sources);
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private async ValueTask<CallsResult<DataChannelsOutcome>> OpenAsync(
        CallsSession session,
        ImmutableArray<DataChannelRequest> requests,
        CallsResult<FoundChannel>[] sources
    )
    {
        if (session.Channels is not { } channels)
        {
            return CallsErrors.Gone;
        }

        var made = new CallsResult<CallsChannel>[requests.Length];
        var opened = new List<ChannelChange>();
        for (var index = 0; index < made.Length; index++)
        {
            var item = requests[index];
            made[index] = await MakeAsync(session, channels, item, sources[index]);
            if (made[index].Value is { End: var end })
            {
                opened.Add(new ChannelChange.Open(end, OptionsOf(session, item, end.Id)));
            }
        }

        if (opened.Count > 0 && !await ChangeAsync(channels, opened))
        {
            return CallsErrors.Gone;
        }

        // Only now, so that what comes finds the channel open; and before the answer, so that what is
        // published after it comes.
        foreach (var result in made)
        {
            if (result.Value?.End is ReadChannel { HasEnded: false } reader)
            {
                await AddReaderAsync(reader);
            }
        }

        return new DataChannelsOutcome(Conclude(requests, made));
    }

    /// <inheritdoc/>
    public async ValueTask<CallsResult<DataChannelsOutcome>> UpdateDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return CallsErrors.Gone;
        }

        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            return await UpdateAsync(session, request.Channels, cancellation);
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private async ValueTask<CallsResult<DataChannelsOutcome>> UpdateAsync(
        CallsSession session,
        ImmutableArray<DataChannelRequest> requests,
        CancellationToken cancellation
    )
    {
        var outcomes = ImmutableArray.CreateBuilder<DataChannelOutcome>(requests.Length);
        foreach (var item in requests)
        {
            var channel = session.DataChannels.Find(item);
            var error = channel is { End: ReadChannel reader }
                ? await LetAsync(reader, item.CanReply, cancellation)
                : CallsErrors.NoSuchReader;
            outcomes.Add(
                new DataChannelOutcome(item, error is null ? channel!.End.Id : null, error)
            );
        }

        return new DataChannelsOutcome(outcomes.MoveToImmutable());
    }

    /// <inheritdoc/>
    public async ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseDataChannelsAsync(
        CloseDataChannelsRequest request,
        CancellationToken cancellation
    )
    {
        if (!TryFind(request.Session, out var session))
        {
            return CallsErrors.Gone;
        }

        if (await EnterAsync(session, cancellation) is { } refusal)
        {
            return refusal;
        }

        try
        {
            return await CloseAsync(session, request.Ids);
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private async ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseAsync(
        CallsSession session,
        ImmutableArray<int> ids
    )
    {
        var outcomes = ImmutableArray.CreateBuilder<ClosedDataChannel>(ids.Length);
        var closed = new List<ChannelChange>();
        foreach (var id in ids)
        {
            if (session.DataChannels.TryFind(id, out var channel))
            {
                closed.Add(new ChannelChange.Close(channel.End, ChannelEndReason.Requested));
                outcomes.Add(new ClosedDataChannel(id, Error: null));
            }
            else
            {
                outcomes.Add(new ClosedDataChannel(id, CallsErrors.NoSuchChannel));
            }
        }

        if (closed.Count > 0 && session.Channels is { } channels)
        {
            _ = await ChangeAsync(channels, closed);
        }

        return new CloseDataChannelsOutcome(outcomes.MoveToImmutable());
    }

    /// <inheritdoc/>
    public void HandleChannelEnded(ChannelEnd end, ChannelEndReason reason)
    {
        if (Find(end.Channels) is { } session && session.DataChannels.End(end) is { } channel)
        {
            Raise(session, channel, CallsEventKind.DataChannelEnded, WordOf(reason));
        }
    }

    /// <inheritdoc/>
    public void HandleChannelFreed(SessionChannels channels, ushort id)
    {
        if (Find(channels) is not { } session)
        {
            return;
        }

        session.DataChannels.Free(id);
        if (id == CallsChannels.EventsId && session.WantsEvents)
        {
            // It was lost with the node that had the session, and is there again.
            state.Post(channels, [new ChannelChange.OpenEvents(id)]);
        }
    }

    private async ValueTask AddReaderAsync(ReadChannel reader)
    {
        var done = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        state.Shards[reader.Source.OwnerShard].Post(new ShardCommand.AddReader(reader, done));
        _ = await done.Task;
    }

    private CallsSession? Find(SessionChannels channels)
    {
        var media = channels.Carrier;
        return state.Calls.TryFind(media.Stream.AppId, media.Id, out var session) ? session : null;
    }

    /// <summary>The channel that is to be read, waiting for its name.</summary>
    private async Task<CallsResult<FoundChannel>> FindSourceAsync(
        CallsSession session,
        DataChannelRequest request,
        CancellationToken cancellation
    )
    {
        if (request.Location == TrackLocation.Local)
        {
            return default;
        }

        if (string.IsNullOrEmpty(request.SessionId))
        {
            return CallsErrors.NoSource;
        }

        var question = new ChannelQuestion(
            session.AppId,
            request.SessionId,
            request.Name,
            session.Group
        );
        var found = await SearchAsync(question, cancellation);
        if (found.Error != CallsErrors.Moved)
        {
            return found;
        }

        // Its session moved while it was waited for; others may have heard of that later than this.
        var again = await SearchAsync(question, cancellation);
        return again.Error == CallsErrors.ChannelNotFound ? found : again;
    }

    private async ValueTask<CallsResult<FoundChannel>> SearchAsync(
        ChannelQuestion question,
        CancellationToken cancellation
    )
    {
        if (state.Desk is { } desk && desk.IsElsewhere(question.SessionId))
        {
            return await desk.FindChannelAsync(question, Limits.MediaWait, cancellation);
        }

        var found = await FindChannelAsync(question, cancellation);
        return
            found.IsDone && found.Value is { End: PublishedChannel published, PublisherId: var id }
            ? new FoundChannel(published, id, found.Value.Name)
            : found.Error ?? CallsErrors.ChannelNotFound;
    }

    /// <inheritdoc/>
    public async ValueTask<CallsResult<CallsChannel>> FindChannelAsync(
        ChannelQuestion question,
        CancellationToken cancellation
    ) =>
        TryFindPublisher(question.AppId, question.Group, question.SessionId, out var publisher)
            ? await AwaitAsync(
                Limits.MediaWait,
                () => LookForChannel(publisher, question.Name),
                cancellation
            )
            : NoneOf(question.SessionId, CallsErrors.ChannelNotFound);

    private static Outlook<CallsResult<CallsChannel>> LookForChannel(
        CallsSession publisher,
        string name
    )
    {
        var news = publisher.News;
        return publisher.IsOver ? new(NoneOf(publisher, CallsErrors.ChannelNotFound))
            : publisher.DataChannels.TryFind(name, out var channel) ? new(channel)
            : new(CallsErrors.ChannelNotFound, news);
    }

    /// <summary>Tells what became of each item.</summary>
    private static ImmutableArray<DataChannelOutcome> Conclude(
        ImmutableArray<DataChannelRequest> requests,
        CallsResult<CallsChannel>[] made
    )
    {
        var outcomes = ImmutableArray.CreateBuilder<DataChannelOutcome>(made.Length);
        for (var index = 0; index < made.Length; index++)
        {
            var (channel, error) = made[index];
            if (channel is { End.HasEnded: true })
            {
                // The client's SCTP has no stream of this id.
                (channel, error) = (null, CallsErrors.TooManyChannels);
            }

            outcomes.Add(new DataChannelOutcome(requests[index], channel?.End.Id, error));
        }

        return outcomes.MoveToImmutable();
    }

    private async ValueTask<CallsResult<CallsChannel>> MakeAsync(
        CallsSession session,
        SessionChannels channels,
        DataChannelRequest request,
        CallsResult<FoundChannel> source
    )
    {
        if (request.Location == TrackLocation.Local)
        {
            return MakePublished(session, channels, request);
        }

        var made = source.Value is { } found
            ? MakeReader(session, channels, request, found)
            : source.Error ?? CallsErrors.ChannelNotFound;
        if (
            request.CanReply != true
            || made.Value is not { End: ReadChannel reader }
            // Its id is taken: this is seen through, and takes no longer than a question may.
            || await LetAsync(reader, canReply: true, CancellationToken.None) is not { } refusal
        )
        {
            return made;
        }

        session.DataChannels.Free(reader.Id);
        return refusal;
    }

    private CallsResult<CallsChannel> MakePublished(
        CallsSession session,
        SessionChannels channels,
        DataChannelRequest request
    )
    {
        if (string.IsNullOrEmpty(request.Name))
        {
            return CallsErrors.NoChannelName;
        }

        var made = Add(
            session,
            channels,
            request,
            id => new CallsChannel(
                TrackLocation.Local,
                session.Id,
                request.Name,
                new PublishedChannel(channels, id)
            )
        );
        if (made is null)
        {
            return GivesId(session, request) ? CallsErrors.NoSuchId : CallsErrors.TooManyChannels;
        }

        if (!session.DataChannels.TryPublish(made))
        {
            session.DataChannels.Free(made.End.Id);
            return CallsErrors.ChannelRepeated;
        }

        session.HandleNews();
        Raise(session, made, CallsEventKind.DataChannelPublished, reason: null);
        return made;
    }

    private CallsResult<CallsChannel> MakeReader(
        CallsSession session,
        SessionChannels channels,
        DataChannelRequest request,
        FoundChannel source
    )
    {
        if (session.DataChannels.CountOf(source.Source) >= ChannelLimits.ReadersOfOneMax)
        {
            return CallsErrors.TooManyReaders;
        }

        var ackDeadline = request.WaitsForAck ? state.Clock.Now() + Limits.AckWait : Instant.Never;
        var mayLose = request.RetransmitsMax is not null || request.LifeTimeMsMax is not null;
        var made = Add(
            session,
            channels,
            request,
            id => new CallsChannel(
                TrackLocation.Remote,
                source.PublisherId,
                source.Name,
                new ReadChannel(channels, id, source.Source, ackDeadline)
                {
                    MayLose = mayLose,
                    From = source.From,
                }
            )
        );
        if (made is null)
        {
            return GivesId(session, request) ? CallsErrors.NoSuchId : CallsErrors.TooManyChannels;
        }

        return made;
    }

    /// <summary>Lets a reader reply, or stops that, as far as it is said.</summary>
    private async ValueTask<CallsError?> LetAsync(
        ReadChannel reader,
        bool? canReply,
        CancellationToken cancellation
    )
    {
        if (canReply is not { } isWanted)
        {
            return null;
        }

        if (reader.Source is PublishedChannel published)
        {
            return Let(reader, published, isWanted);
        }

        return state.Desk is { } desk && reader.Source is RemoteChannel remote
            ? await desk.LetAsync(reader, remote, isWanted, cancellation)
            : CallsErrors.Unreachable;
    }

    private static CallsError? Let(ReadChannel reader, PublishedChannel source, bool canReply)
    {
        if (!canReply)
        {
            _ = source.TryStopReplies(reader);
            return null;
        }

        if (!source.TryLetReply(reader))
        {
            return CallsErrors.ReplierTaken;
        }

        if (reader.HasEnded)
        {
            // It ended meanwhile and gave back what it did not have yet.
            _ = source.TryStopReplies(reader);
        }

        return null;
    }

    /// <summary>Puts a channel at an id of this end's or, with a server of another such API, at the one that
    /// it gave.</summary>
    private static CallsChannel? Add(
        CallsSession session,
        SessionChannels channels,
        DataChannelRequest request,
        Func<ushort, CallsChannel> create
    )
    {
        if (!GivesId(session, request))
        {
            return session.DataChannels.Add(IsDtlsClient(channels), create);
        }

        return request.Id is > CallsChannels.EventsId and < ushort.MaxValue and var id
            ? session.DataChannels.Add((ushort)id, create)
            : null;
    }

    /// <summary>Whether a request says which id a new channel has: only where the other side gives ids.</summary>
    private static bool GivesId(CallsSession session, DataChannelRequest request) =>
        session.IceMode == IceMode.Controlling && request.Id is not null;

    private static bool IsDtlsClient(SessionChannels channels) =>
        channels.Carrier.Peer.Transport.DtlsRole == DtlsRole.Client;

    /// <summary>A client is told the id by the API; another server only knows what the channel says.</summary>
    private static DataChannelOptions OptionsOf(
        CallsSession session,
        DataChannelRequest request,
        ushort id
    )
    {
        var isAnnounced = session.IceMode == IceMode.Controlling && request.Id is null;
        return new()
        {
            Label = isAnnounced ? request.Name : "",
            NegotiatedId = id,
            IsAnnounced = isAnnounced,
            IsOrdered = request.IsOrdered,
            RetransmitsMax = request.RetransmitsMax,
            PacketLifeTimeMax = request.LifeTimeMsMax is { } lifeTimeMs
                ? TimeSpan.FromMilliseconds(Math.Clamp(lifeTimeMs, 1, ushort.MaxValue))
                : null,
        };
    }

    private void Raise(
        CallsSession session,
        CallsChannel channel,
        CallsEventKind kind,
        string? reason
    ) =>
        state.Events.Raise(
            session.Subject,
            () =>
                new CallsEvent(kind, session.Id, DateTimeOffset.UtcNow, 0)
                {
                    DataChannelName = channel.Name,
                    DataChannelId = channel.End.Id,
                    PublisherSessionId =
                        channel.Location == TrackLocation.Remote ? channel.PublisherId : null,
                    Reason = reason,
                }
        );

    private static string WordOf(ChannelEndReason reason) =>
        reason switch
        {
            ChannelEndReason.Requested => "requested",
            ChannelEndReason.ClosedByClient => "closedByClient",
            ChannelEndReason.PublisherEnded => "publisherEnded",
            ChannelEndReason.TooSlow => "tooSlow",
            ChannelEndReason.MessageTooLong => "messageTooLong",
            ChannelEndReason.AckTimeout => "ackTimeout",
            ChannelEndReason.MessagesLost => "messagesLost",
            _ => "requested",
        };
}
