using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Control.Contract.Calls;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>Data channels: asking for those of other nodes, and answering.</content>
internal sealed partial class PeerDesk
{
    /// <summary>How often a channel is asked for that turns out to have ended and to be there again.</summary>
    private const int AskedMax = 3;

    /// <summary>How long a question about replies may take: nothing waits for anybody.</summary>
    private static readonly TimeSpan ReplyWait = TimeSpan.FromSeconds(2);

    /// <summary>How often a right is given back that the owner does not confirm. Chosen: longer than a watch
    /// lasts, with which the right is over.</summary>
    private const int GiveBackMax = 5;

    private ulong _readerNumber;

    /// <summary>Finds a data channel of a session of another node, waiting for its name. It is held for who asks
    /// (<see cref="Release"/>), and what is published of it after the answer comes to who is made its reader
    /// before that.</summary>
    public async ValueTask<CallsResult<FoundChannel>> FindChannelAsync(
        ChannelQuestion question,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        if (!TryReadOwner(question.SessionId, out var owner))
        {
            // It has come here since who asks looked.
            return CallsErrors.Moved;
        }

        var token = TrackToken.CreateChannel(question.AppId, question.SessionId, question.Name);
        var key = new DemandKey(owner, MeshSubjects.AppToken(question.AppId));
        for (var asked = 0; asked < AskedMax; asked++)
        {
            var channel = engine.Channels.Hold(token, key);
            CallsResult<FoundChannel>? found = null;
            try
            {
                found = await AskAsync(channel, question, within, cancellation);
            }
            finally
            {
                if (found is not { IsDone: true })
                {
                    engine.Channels.Release(channel);
                }
            }

            if (found is { } result)
            {
                return result;
            }

            // There is another of its name, so that this one has ended.
            node.Shards[channel.OwnerShard].Post(new ShardCommand.EndRemote(channel));
            await channel.WhenOver.WaitAsync(cancellation);
        }

        return CallsErrors.ChannelNotFound;
    }

    /// <summary>Lets go of what was found, once its reader is there or will not be.</summary>
    public void Release(FoundChannel found)
    {
        if (found.Source is RemoteChannel channel)
        {
            engine.Channels.Release(channel);
        }
    }

    /// <summary>Lets a reader reply to the publisher at another node, or stops that.</summary>
    public async ValueTask<CallsError?> LetAsync(
        ReadChannel reader,
        RemoteChannel channel,
        bool canReply,
        CancellationToken cancellation
    )
    {
        await channel.ReplierGate.WaitAsync(cancellation);
        try
        {
            if (canReply == channel.IsReplier(reader))
            {
                return null;
            }

            if (canReply)
            {
                return await LetReplyAsync(reader, channel, cancellation);
            }

            _ = channel.TryStopReplies(reader);
            return await TryGiveBackAsync(channel, reader.ReplyOutbox!, cancellation)
                ? null
                : CallsErrors.Unreachable;
        }
        finally
        {
            channel.ReplierGate.Release();
        }
    }

    /// <summary>A reader that may reply has ended. Threads: any, without waiting.</summary>
    public void GiveBack(RemoteChannel channel, MessageOutbox outbox) =>
        _ = GiveBackAsync(channel, outbox);

    /// <summary>Asks for a channel; null when it is another than the one that is read here already.</summary>
    private async ValueTask<CallsResult<FoundChannel>?> AskAsync(
        RemoteChannel channel,
        ChannelQuestion question,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        if (!await channel.WhenWatched.WaitAsync(cancellation))
        {
            return channel.IsOver ? default(CallsResult<FoundChannel>?) : CallsErrors.Unreachable;
        }

        var self = engine.Watcher;
        var asked = new PeerQuestion(Version: 1)
        {
            Channel = question with
            {
                Pop = self.Pop,
                Node = self.Node,
                Life = self.Life,
                Generation = channel.Generation,
            },
        };
        var (answer, refusal) = await AskAsync(
            channel.Key.Owner,
            asked,
            within + WayTime,
            PeerJsonContext.Default.ChannelAnswer,
            cancellation
        );
        if (answer is null)
        {
            return refusal ?? CallsErrors.Unreachable;
        }

        if (answer.Error is { } error)
        {
            return ErrorOf(error, answer.Description, CallsErrors.ChannelNotFound);
        }

        if (answer.Number == 0 || answer.Generation == 0)
        {
            return CallsErrors.Unreachable;
        }

        if (!channel.TryOpen(answer.Generation, out var isFirst))
        {
            return null;
        }

        if (isFirst)
        {
            var feed = new MessageAssembly(answer.Generation, answer.Number);
            node.Shards[channel.OwnerShard].Post(new ShardCommand.OpenRemote(channel, feed));
            engine.Post(new ChannelCommand.Confirm(channel));
        }

        return new FoundChannel(channel, question.SessionId, question.Name)
        {
            From = answer.Number,
            Count = answer.Count,
        };
    }

    private async ValueTask<CallsError?> LetReplyAsync(
        ReadChannel reader,
        RemoteChannel channel,
        CancellationToken cancellation
    )
    {
        var number = Interlocked.Increment(ref _readerNumber);
        var (answer, _) = await AskAsync(
            channel.Key.Owner,
            About(channel, number, isGivenBack: false),
            ReplyWait,
            PeerJsonContext.Default.ReplyAnswer,
            cancellation
        );
        if (answer?.Error is { } error)
        {
            return ErrorOf(error, answer.Description, CallsErrors.ReplierTaken);
        }

        var outbox = new MessageOutbox(
            channel.Token,
            channel.Key.App,
            MeshSubjects.Reply(channel.Key.App, channel.Key.Owner, channel.Token),
            answer?.Grant ?? 0
        )
        {
            Replier = reader,
            ReplierNumber = number,
        };
        if (answer is null or { Grant: 0 })
        {
            // Perhaps it was granted, and only the answer was lost.
            GiveBack(channel, outbox);
            return CallsErrors.Unreachable;
        }

        engine.Post(new ChannelCommand.OpenReplies(outbox, channel.Key.Owner));
        reader.ReplyOutbox = outbox;
        channel.LetReply(reader);
        if (reader.HasEnded && channel.TryStopReplies(reader))
        {
            // It ended meanwhile and gave back what it did not have yet.
            GiveBack(channel, outbox);
        }

        return null;
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    private async Task GiveBackAsync(RemoteChannel channel, MessageOutbox outbox)
    {
        try
        {
            for (var asked = 0; asked < GiveBackMax; asked++)
            {
                if (await TryGiveBackAsync(channel, outbox, _stopping.Token))
                {
                    return;
                }

                await Task.Delay(ReplyWait, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The node ends, and its watch with it.
            return;
        }
        catch (Exception error)
        {
            LogFault(node.Logger, error);
        }
    }

    /// <summary>Gives a right back once what was said with it is on its way.</summary>
    private async ValueTask<bool> TryGiveBackAsync(
        RemoteChannel channel,
        MessageOutbox outbox,
        CancellationToken cancellation
    )
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Post(new ChannelCommand.CloseReplies(outbox, done));
        await done.Task.WaitAsync(cancellation);
        var (answer, _) = await AskAsync(
            channel.Key.Owner,
            About(channel, outbox.ReplierNumber, isGivenBack: true),
            ReplyWait,
            PeerJsonContext.Default.ReplyAnswer,
            cancellation
        );
        return answer is not null;
    }

    private PeerQuestion About(RemoteChannel channel, ulong reader, bool isGivenBack)
    {
        var self = engine.Watcher;
        return new PeerQuestion(Version: 1)
        {
            Reply = new ReplyQuestion(channel.Token.ToString(), channel.Generation, reader)
            {
                Pop = self.Pop,
                Node = self.Node,
                Life = self.Life,
                IsGivenBack = isGivenBack,
            },
        };
    }

    /// <summary>Asks another node; without an answer that makes sense, why.</summary>
    private async ValueTask<(T? Answer, CallsError? Refusal)> AskAsync<T>(
        NodeAddress owner,
        PeerQuestion question,
        TimeSpan within,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
        where T : class
    {
        var reply = await engine
            .BusTo(owner)
            .RequestAsync(
                MeshSubjects.Peer(owner),
                JsonSerializer.SerializeToUtf8Bytes(question, PeerJsonContext.Default.PeerQuestion),
                within,
                cancellation
            );
        return reply.Status switch
        {
            BusReplyStatus.Answered when TryRead(reply.Payload.Span, type) is { } answer => (
                answer,
                null
            ),
            BusReplyStatus.NoResponders => (null, CallsErrors.ChannelNotFound),
            BusReplyStatus.Answered or BusReplyStatus.TimedOut or BusReplyStatus.Unavailable => (
                null,
                CallsErrors.Unreachable
            ),
            _ => (null, CallsErrors.Unreachable),
        };
    }

    private static CallsError ErrorOf(string error, string? description, CallsError otherwise) =>
        new(
            Enum.TryParse<CallsErrorCode>(error, out var code) ? code : otherwise.Code,
            description ?? otherwise.Description,
            otherwise.RetryAfter
        );

    private async ValueTask<ChannelAnswer> AnswerAsync(ChannelQuestion question)
    {
        var found = await source.FindChannelAsync(question, _stopping.Token);
        if (!found.IsDone)
        {
            return RefuseChannel(found.Error);
        }

        var place = found.Value.End is PublishedChannel published
            ? await engine.Channels.JoinAsync(
                published,
                TrackToken.CreateChannel(question.AppId, question.SessionId, question.Name),
                MeshSubjects.AppToken(question.AppId),
                new MeshWatcher(question.Pop, question.Node, question.Life),
                question.Generation
            )
            : null;
        return place is null
            ? RefuseChannel(CallsErrors.ChannelNotFound)
            : new ChannelAnswer
            {
                Generation = place.Generation,
                Number = place.Number,
                Count = place.Count,
            };
    }

    private async ValueTask<ReplyAnswer> AnswerAsync(ReplyQuestion question)
    {
        if (!TrackToken.TryParse(question.Token, out var token))
        {
            return RefuseReply(CallsErrors.ChannelNotFound);
        }

        var watcher = new MeshWatcher(question.Pop, question.Node, question.Life);
        if (question.IsGivenBack)
        {
            await engine.Channels.RevokeAsync(token, watcher, question.Reader);
            return new ReplyAnswer();
        }

        var grant = await engine.Channels.GrantAsync(
            token,
            question.Generation,
            watcher,
            question.Reader
        );
        return grant switch
        {
            null => RefuseReply(CallsErrors.ChannelNotFound),
            0 => RefuseReply(CallsErrors.ReplierTaken),
            _ => new ReplyAnswer { Grant = grant.Value },
        };
    }

    private static ChannelAnswer RefuseChannel(CallsError error) =>
        new() { Error = error.Code.ToString(), Description = error.Description };

    private static ReplyAnswer RefuseReply(CallsError error) =>
        new() { Error = error.Code.ToString(), Description = error.Description };
}
