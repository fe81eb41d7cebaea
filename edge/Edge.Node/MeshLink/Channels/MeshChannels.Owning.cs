using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Messages;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Messages;

namespace Edge.Node.MeshLink.Channels;

/// <content>Channels of this node for others.</content>
internal sealed partial class MeshChannels
{
    /// <summary>Bytes of replies of other nodes that wait for the mesh's thread. Chosen: four repliers that use
    /// all that they may have on its way; further ones see a gap.</summary>
    private const int RepliesBytesMax = 4 * ChannelLimits.InFlightBytesMax;

    private int _replyBytes;

    /// <summary>Does what an event of the demand means for a channel; false when it is about none of this node.</summary>
    public bool TryServe(in OriginEvent happened, Instant now)
    {
        if (!_exported.TryGetValue(happened.Track, out var exported))
        {
            return false;
        }

        if (happened.Kind == OriginEventKind.Left)
        {
            Leave(exported, happened.Watcher);
        }
        else if (happened.Kind == OriginEventKind.Replay)
        {
            Rejoin(exported, happened.Watcher, now);
        }

        return true;
    }

    /// <summary>Another node says something in a channel of this one. Threads: the bus's.</summary>
    public void HandleReply(BusMessage message)
    {
        if (
            message.Payload.Length > MeshMessage.BytesMax
            || !TrackToken.TryParse(MeshSubjects.Token(message.Subject, 4), out var token)
        )
        {
            return;
        }

        if (Interlocked.Add(ref _replyBytes, message.Payload.Length) > RepliesBytesMax)
        {
            Interlocked.Add(ref _replyBytes, -message.Payload.Length);
            return;
        }

        var app = MeshSubjects.Token(message.Subject, 1).ToString();
        _engine.Post(new ChannelCommand.TakeReply(app, token, message.Payload.ToArray()));
    }

    /// <summary>Lets another node take a channel's messages; null when that cannot be. Threads: any.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="token">Its name among nodes.</param>
    /// <param name="app">Its app, as a token of subjects.</param>
    /// <param name="watcher">The node.</param>
    /// <param name="known">Which life of the channel the node takes already; 0 for none.</param>
    public async ValueTask<ChannelPlace?> JoinAsync(
        PublishedChannel channel,
        TrackToken token,
        string app,
        MeshWatcher watcher,
        ulong known
    )
    {
        var done = new TaskCompletionSource<ChannelPlace?>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _engine.Post(new ChannelCommand.Join(channel, token, app, watcher, known, done));
        return await done.Task;
    }

    /// <summary>Lets a reader of another node reply: its grant, 0 when another one may, null when the channel is
    /// not there. Threads: any.</summary>
    public async ValueTask<ulong?> GrantAsync(
        TrackToken token,
        ulong generation,
        MeshWatcher watcher,
        ulong reader
    )
    {
        var done = new TaskCompletionSource<ulong?>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _engine.Post(new ChannelCommand.Grant(token, generation, watcher, reader, done));
        return await done.Task;
    }

    /// <summary>A reader of another node replies no more. Threads: any.</summary>
    public async ValueTask RevokeAsync(TrackToken token, MeshWatcher watcher, ulong reader)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engine.Post(new ChannelCommand.Revoke(token, watcher, reader, done));
        await done.Task;
    }

    private void Join(ChannelCommand.Join join, Instant now)
    {
        if (join.Channel.IsReleased || Export(join, now) is not { } exported)
        {
            join.Done.TrySetResult(null);
            return;
        }

        var node = new NodeAddress(join.Watcher.Pop, join.Watcher.Node);
        var isKnown = _origins.TryRegister(join.Token, node, join.Watcher.Life, now);
        // Before it joins: its former life leaves.
        _engine.TakeOriginEvents(now);
        var isBack = join.Known == exported.Outbox.Generation && !exported.Outbox.Acks.Has(node);
        if (!isKnown || !TryBegin(exported, node, now))
        {
            join.Done.TrySetResult(null);
            return;
        }

        if (isBack)
        {
            // It was given up, and its former readers may have missed something.
            SayOther(exported.Outbox, MeshMessageKind.Position, exported.Outbox.Acks.Last);
        }

        join.Done.TrySetResult(
            new ChannelPlace(
                exported.Outbox.Generation,
                exported.Outbox.Acks.Last + 1,
                // After its messages began to come here: who counts fewer has missed one, or is thought to have.
                exported.Channel.Count
            )
        );
    }

    /// <summary>Makes a channel known to others; null when it has ended.</summary>
    private ExportedChannel? Export(ChannelCommand.Join join, Instant now)
    {
        var channel = join.Channel;
        if (channel.Exported is not { } exported)
        {
            if (_exported.TryGetValue(join.Token, out var former))
            {
                // One of the same name: it has ended, and that is on its way here.
                Withdraw(former, now);
            }

            exported = new ExportedChannel(join.Token, join.App, channel, _engine.NextGeneration());
            _exported.Add(join.Token, exported);
            _origins.Add(join.Token, join.App);
            channel.Exported = exported;
        }

        // Its shard says first that it has ended, and then looks for what is exported; here, the other way round.
        Interlocked.MemoryBarrier();
        if (!channel.IsOver)
        {
            return exported;
        }

        Withdraw(exported, now);
        return null;
    }

    /// <summary>A node is back that was given up: what it may have missed, it sees as a gap.</summary>
    private void Rejoin(ExportedChannel exported, NodeAddress node, Instant now)
    {
        if (TryBegin(exported, node, now))
        {
            SayOther(exported.Outbox, MeshMessageKind.Position, exported.Outbox.Acks.Last);
        }
    }

    private static bool TryBegin(ExportedChannel exported, NodeAddress node, Instant now)
    {
        // First, so that the node does not owe the number that is used up.
        if (exported.Begin())
        {
            exported.Outbox.Skip(now);
        }

        var hasJoined = exported.Outbox.Acks.TryJoin(node, now);
        PauseIfUnwatched(exported);
        return hasJoined;
    }

    private static void PauseIfUnwatched(ExportedChannel exported)
    {
        if (exported.Outbox.Acks.IsEmpty)
        {
            exported.Pause();
        }
    }

    private static void Leave(ExportedChannel exported, NodeAddress node)
    {
        _ = exported.Outbox.Acks.TryLeave(node);
        exported.Outbox.ReleaseSettled();
        if (exported.Replier is { } replier && AddressOf(replier.Watcher) == node)
        {
            EndReplies(exported, replier);
        }

        PauseIfUnwatched(exported);
    }

    private void Send(ExportedChannel exported, RelayedMessage message, Instant now)
    {
        if (exported.Outbox.IsClosed)
        {
            message.Release();
            return;
        }

        _ = Transmit(exported.Outbox, message, now);
    }

    /// <summary>A channel is over: all who watch it are told, once. Who misses that is told when it next says
    /// that it watches it.</summary>
    private void Withdraw(ExportedChannel exported, Instant now)
    {
        var outbox = exported.Outbox;
        if (
            !_exported.TryGetValue(outbox.Token, out var known) || !ReferenceEquals(known, exported)
        )
        {
            return;
        }

        _exported.Remove(outbox.Token);
        SayOther(outbox, MeshMessageKind.End, outbox.Acks.Last + 1);
        outbox.Close();
        outbox.Skip(now);
        foreach (var watcher in _origins.Remove(outbox.Token))
        {
            _ = outbox.Acks.TryLeave(watcher);
        }

        exported.Pause();
        exported.Replier?.Replies.Clear();
    }

    private ulong? Grant(ChannelCommand.Grant grant)
    {
        if (
            !_exported.TryGetValue(grant.Token, out var exported)
            || exported.Outbox.Generation != grant.Generation
            || !exported.Outbox.Acks.Has(AddressOf(grant.Watcher))
        )
        {
            return null;
        }

        var replier = new RemoteReplier(grant.Watcher, grant.Reader, _engine.NextGeneration());
        if (!exported.Channel.TryLetReply(replier))
        {
            return 0;
        }

        exported.Replier = replier;
        return replier.Grant;
    }

    private void Revoke(in TrackToken token, in MeshWatcher watcher, ulong reader)
    {
        if (
            _exported.TryGetValue(token, out var exported)
            && exported.Replier is { } replier
            && replier.Is(watcher, reader)
        )
        {
            if (_ackDue.Remove(exported))
            {
                // Whatever waits at the publisher's shard: nobody is left to be held up, and later there is nobody to tell.
                Acknowledge(exported, replier);
            }

            EndReplies(exported, replier);
        }
    }

    private static void EndReplies(ExportedChannel exported, RemoteReplier replier)
    {
        replier.Replies.Clear();
        exported.Replier = null;
        _ = exported.Channel.TryStopReplies((object)replier);
    }

    private void TakeReply(ChannelCommand.TakeReply command, Instant now)
    {
        Interlocked.Add(ref _replyBytes, -command.Bytes.Length);
        if (MeshMessage.TryParse(command.Bytes, out var part) != MeshParseError.None)
        {
            _engine.CountMalformed();
            return;
        }

        if (
            !_exported.TryGetValue(command.Token, out var exported)
            || !string.Equals(exported.Outbox.App, command.App, StringComparison.Ordinal)
            || exported.Replier is not { } replier
            || replier.Grant != part.Generation
        )
        {
            // Not from who may reply now: it is not acknowledged either, by which its sender learns of it.
            return;
        }

        var verdict = replier.Replies.Take(part, out var lostUpTo);
        replier.HasLoss |= lostUpTo != 0;
        if (verdict == MessageVerdict.Complete && part.Kind == MeshMessageKind.Message)
        {
            HandOver(exported, replier.Replies.Whole(part), part.IsBinary);
        }

        if (!_ackDue.Contains(exported))
        {
            _ackDue.Add(exported);
            _ackAt = now;
        }
    }

    /// <summary>Gives a reply to the publisher's shard, wherever it is by then.</summary>
    private void HandOver(ExportedChannel exported, ReadOnlySpan<byte> bytes, bool isBinary)
    {
        var reply = RelayedMessage.Copy(exported.RepliesInFlight, bytes, isBinary);
        var message = new ChannelMessage(exported.Replies, exported.Replies.Number(), reply);
        _node.Shards[exported.Channel.OwnerShard].Post(new ShardCommand.DeliverMessage(message));
    }

    /// <summary>Acknowledges replies, unless the publisher's shard has too many to take.</summary>
    private void AcknowledgeReplies(Instant now)
    {
        _ackAt = Instant.Never;
        for (var index = _ackDue.Count - 1; index >= 0; index--)
        {
            var exported = _ackDue[index];
            if (exported.RepliesInFlight.IsCongested)
            {
                _ackAt = now + AckRetry;
                continue;
            }

            _ackDue.RemoveAt(index);
            if (exported.Replier is { } replier)
            {
                Acknowledge(exported, replier);
            }
        }
    }

    private void Acknowledge(ExportedChannel exported, RemoteReplier replier)
    {
        var ack = new MeshMessageAck(
            _engine.Watcher,
            exported.Outbox.Token,
            replier.Replies.Last,
            replier.Grant
        )
        {
            HasLoss = replier.HasLoss,
        };
        PublishAck(ack, exported.Outbox.App, AddressOf(replier.Watcher));
    }

    private static NodeAddress AddressOf(in MeshWatcher watcher) => new(watcher.Pop, watcher.Node);
}
