using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Mesh;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Calls.State;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Wire.Mesh;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Sessions.Calls;

/// <content>Who reads data channels whose publisher, or who itself, goes on at another node.</content>
internal sealed partial class CallsNode
{
    /// <summary>How often what is read is looked for. Chosen: with the wait between longer than a move takes.</summary>
    private const int FindAgainMax = 5;

    /// <summary>How long it is waited before it is looked for again, or asked again for the right to reply.</summary>
    private static readonly TimeSpan FindAgainWait = TimeSpan.FromSeconds(1);

    /// <summary>How long it is waited before channels are looked at again. Chosen: some turns of a shard.</summary>
    private static readonly TimeSpan SettleWait = TimeSpan.FromMilliseconds(2);

    /// <summary>Before a session moves: what it reads of sessions that do not move along lets go of it, and notes how far
    /// it had come. Nothing comes of it afterwards. Threads: any, under the session's gate.</summary>
    /// <param name="session">The session.</param>
    /// <param name="moves">Whether the session of an id moves along.</param>
    public async Task LetReadersGoAsync(CallsSession session, Func<string, bool> moves)
    {
        foreach (var channel in session.DataChannels.All)
        {
            if (channel.End is not ReadChannel reader || moves(channel.PublisherId))
            {
                continue;
            }

            if (reader.CanReply)
            {
                reader.IsToReply = true;
                _ = await LetAsync(reader, canReply: false, session.Ended);
            }

            var done = new TaskCompletionSource<bool>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            state.Shards[reader.Source.OwnerShard].Post(new ShardCommand.LetReaderGo(reader, done));
            _ = await done.Task;
        }
    }

    /// <summary>Before a session moves, after <see cref="LetReadersGoAsync"/> for all that move with it and while nothing
    /// comes of their clients: waits until nothing is on its way between its channels and others. False when that takes
    /// too long, or the channels are over. Threads: any, under the session's gate.</summary>
    public async Task<bool> TrySettleChannelsAsync(CallsSession session, TimeSpan within)
    {
        var deadline = state.Clock.Now() + within;
        while (session.Channels is { } channels)
        {
            var done = new TaskCompletionSource<bool>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            state
                .Shards[channels.Carrier.OwnerShard]
                .Post(new ShardCommand.SettleChannels(channels, done));
            if (await done.Task)
            {
                return true;
            }

            if (state.Clock.Now() >= deadline || channels.AreOver)
            {
                return false;
            }

            await Task.Delay(SettleWait, session.Ended);
        }

        return true;
    }

    /// <summary>Before a session moves, after <see cref="LetReadersGoAsync"/> and once its channels are settled: other
    /// nodes are told nothing more of what it publishes. What they know of it is written along. Threads: any, under the
    /// session's gate.</summary>
    public async Task ReleaseChannelsAsync(CallsSession session)
    {
        if (state.Engine is not { } engine)
        {
            return;
        }

        foreach (var channel in session.DataChannels.All)
        {
            if (channel.End is PublishedChannel published)
            {
                published.Memory = await engine.Channels.ReleaseAsync(published);
            }
        }
    }

    /// <summary>Once a session has come, or has stayed although it was about to go, and before its shard drives it: other
    /// nodes go on with what it publishes, and so do readers of this node that had it of the node where it was. Threads:
    /// any.</summary>
    public async Task ResumeChannelsAsync(CallsSession session)
    {
        if (state.Engine is not { } engine)
        {
            return;
        }

        foreach (var channel in session.DataChannels.All)
        {
            if (channel.End is not PublishedChannel published)
            {
                continue;
            }

            var token = TrackToken.CreateChannel(session.AppId, session.Id, channel.Name);
            if (published.Memory is { } memory)
            {
                published.Memory = null;
                var app = MeshSubjects.AppToken(session.AppId);
                await engine.Channels.ResumeAsync(published, token, app, memory);
            }

            published.IsReleased = false;

            if (engine.Channels.TryFindRemote(token, out var remote))
            {
                await BringHomeAsync(session, channel.Name, published, remote);
            }
        }
    }

    private async Task BringHomeAsync(
        CallsSession session,
        string name,
        PublishedChannel published,
        RemoteChannel remote
    )
    {
        var done = new TaskCompletionSource<ImmutableArray<ReadChannel>>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        state.Shards[remote.OwnerShard].Post(new ShardCommand.LetReadersGo(remote, done));
        foreach (var reader in await done.Task)
        {
            if (reader.ReplyOutbox is { } outbox)
            {
                // What it says does not leave this node any more.
                reader.ReplyOutbox = null;
                state.Engine?.Post(new ChannelCommand.CloseReplies(outbox, NewSignal()));
            }

            if (!new AwaitedReader(reader, session.Id, name).TryJoin(published))
            {
                PostClose(reader, ChannelEndReason.MessagesLost);
            }
        }
    }

    /// <summary>After a session has moved, or stayed although it was about to: what it reads is looked for, and it goes on
    /// with the next message. A reader that missed some is ended (<c>messagesLost</c>), unless it agreed to losses. Threads:
    /// any, without waiting.</summary>
    public void FindChannelsAgain(CallsSession session)
    {
        foreach (var channel in session.DataChannels.All)
        {
            if (channel.End is ReadChannel { Source: AwaitedChannel } reader)
            {
                _ = FindAgainAsync(session, channel, reader);
            }
        }
    }

    /// <summary>The same for readers of this node whose publisher has moved (<c>Shard.LeaveChannels</c>).</summary>
    public void FindChannelsAgain(IEnumerable<ReadChannel> readers)
    {
        foreach (var reader in readers)
        {
            if (
                Find(reader.Channels) is { } session
                && session.DataChannels.Find(reader) is { } channel
            )
            {
                _ = FindAgainAsync(session, channel, reader);
            }
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged, and ends the channel."
    )]
    private async Task FindAgainAsync(
        CallsSession session,
        CallsChannel channel,
        ReadChannel reader
    )
    {
        try
        {
            var found = await LookAgainAsync(session, channel);
            if (found is null)
            {
                PostClose(reader, ChannelEndReason.PublisherEnded);
                return;
            }

            try
            {
                await ResumeAsync(session, reader, found);
                await LetReplyAgainAsync(session, reader);
            }
            finally
            {
                state.Desk?.Release(found);
            }
        }
        catch (OperationCanceledException) when (session.IsOver)
        {
            // Nobody reads any more, or another node looks for it.
            return;
        }
        catch (Exception error)
        {
            LogNotFound(state.Logger, error);
            PostClose(reader, ChannelEndReason.MessagesLost);
        }
    }

    private async Task<FoundChannel?> LookAgainAsync(CallsSession session, CallsChannel channel)
    {
        var request = new DataChannelRequest
        {
            Location = TrackLocation.Remote,
            SessionId = channel.PublisherId,
            Name = channel.Name,
        };
        for (var looked = 1; ; looked++)
        {
            var found = await FindSourceAsync(session, request, session.Ended);
            if (found.IsDone || looked == FindAgainMax)
            {
                return found.Value;
            }

            await Task.Delay(FindAgainWait, session.Ended);
        }
    }

    private async Task ResumeAsync(CallsSession session, ReadChannel reader, FoundChannel found)
    {
        if (await EnterAsync(session, session.Ended) is not null)
        {
            return;
        }

        try
        {
            if (reader.Source is not AwaitedChannel)
            {
                // Somebody else found it.
                return;
            }

            reader.GoTo(found.Source);
            var done = new TaskCompletionSource<bool>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            state
                .Shards[found.Source.OwnerShard]
                .Post(new ShardCommand.ResumeReader(reader, found, done));
            _ = await done.Task;
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <summary>The right to reply is asked for again; the node that it was taken back from may not have heard of that
    /// yet. A reader that does not get it is ended: what it says would be lost.</summary>
    private async Task LetReplyAgainAsync(CallsSession session, ReadChannel reader)
    {
        for (var asked = 0; asked < FindAgainMax; asked++)
        {
            if (asked > 0)
            {
                await Task.Delay(FindAgainWait, session.Ended);
            }

            if (await EnterAsync(session, session.Ended) is not null)
            {
                return;
            }

            try
            {
                var isWanted = reader is { IsToReply: true, HasEnded: false };
                if (!isWanted || await LetAsync(reader, canReply: true, session.Ended) is null)
                {
                    reader.IsToReply = false;
                    return;
                }
            }
            finally
            {
                session.Gate.Release();
            }
        }

        PostClose(reader, ChannelEndReason.MessagesLost);
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void PostClose(ReadChannel reader, ChannelEndReason reason) =>
        state.Post(reader.Channels, [new ChannelChange.Close(reader, reason)]);

    [LoggerMessage(3201, LogLevel.Error, "What a session reads was not found again.")]
    private static partial void LogNotFound(ILogger logger, Exception error);
}
