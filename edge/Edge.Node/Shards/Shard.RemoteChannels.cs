using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Edge.Mesh.Messages;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Channels;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Mesh.Messages;

namespace Edge.Node.Shards;

/// <content>Data channels between nodes: what is read here of others, and what others read of this one.</content>
internal sealed partial class Shard
{
    /// <summary>Channels of other nodes that are looked at in a turn. Chosen: as many messages at most as of the
    /// clients of as many sessions.</summary>
    private const int RemoteTurnMax = 64;

    private readonly ConcurrentQueue<RemoteChannel> _arrived = new();
    private readonly List<RemoteChannel> _held = [];
    private Instant _heldUntil = Instant.Never;

    /// <summary>Gives the shard a copy of what came for a channel of another node. Threads: any.</summary>
    public void TryPostMessage(RemoteChannel channel, ReadOnlySpan<byte> bytes, bool isNotice)
    {
        if (channel.IsOver)
        {
            return;
        }

        if (!channel.Inbox.TryAdd(bytes, isNotice))
        {
            CountDrop(ShardDrop.MessagesFull);
            return;
        }

        List(channel);
        WakeIfAsleep();
    }

    private void List(RemoteChannel channel)
    {
        if (channel.TryList())
        {
            _arrived.Enqueue(channel);
        }
    }

    /// <summary>Takes what came for channels of other nodes; true when more wait than a turn takes.</summary>
    private bool TakeRemoteMessages(Instant now)
    {
        if (_heldUntil <= now)
        {
            _heldUntil = Instant.Never;
            foreach (var channel in _held)
            {
                _arrived.Enqueue(channel);
            }

            _held.Clear();
        }

        var taken = 0;
        for (; taken < RemoteTurnMax && _arrived.TryDequeue(out var channel); taken++)
        {
            if (TryTakeFrom(channel, now))
            {
                _held.Add(channel);
                _heldUntil = Instant.Min(_heldUntil, now + TimerStep);
                continue;
            }

            channel.Unlist();
            if (channel.Feed is not null && !channel.Inbox.IsEmpty)
            {
                List(channel);
            }
        }

        return taken == RemoteTurnMax;
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-channel boundary: an error of ours costs one channel, not the node."
    )]
    private bool TryTakeFrom(RemoteChannel channel, Instant now)
    {
        try
        {
            return TakeFrom(channel, now);
        }
        catch (Exception error)
        {
            _stats.Faults++;
            LogFrameFault(_logger, error);
            EndRemote(channel);
            return false;
        }
    }

    /// <summary>Takes a turn's share of what came for a channel; true when more is left. What its readers' shards
    /// have not taken yet is bounded as for a publisher of this node: beyond it nothing is acknowledged, and
    /// its own waits.</summary>
    private bool TakeFrom(RemoteChannel channel, Instant now)
    {
        if (channel.Feed is not { } feed)
        {
            // It waits until the owner has answered.
            return false;
        }

        var copies = 0;
        var taken = 0;
        while (
            !channel.IsOver
            && !channel.InFlight.IsCongested
            && taken < ChannelLimits.MessagesPerTurn
            && copies < ChannelLimits.CopiesPerTurn
            && channel.Inbox.TryTake(out var inbound)
        )
        {
            taken++;
            var bytes = inbound.Buffer.AsSpan(0, inbound.Length);
            if (inbound.IsNotice)
            {
                HandleNotice(channel, bytes);
            }
            else
            {
                copies += HandlePart(channel, feed, bytes, now);
            }

            MessageInbox.Return(inbound);
        }

        if (taken > 0 && !channel.IsOver)
        {
            channel.Acknowledged = feed.Last;
            if (channel.TryOweAck())
            {
                _node.Engine?.Post(new ChannelCommand.Acknowledge(channel));
            }
        }

        return !channel.IsOver && !channel.Inbox.IsEmpty;
    }

    /// <summary>Takes a part of a message, and gives a whole one to those who read the channel.</summary>
    /// <returns>To how many.</returns>
    private int HandlePart(
        RemoteChannel channel,
        MessageAssembly feed,
        ReadOnlySpan<byte> bytes,
        Instant now
    )
    {
        if (MeshMessage.TryParse(bytes, out var part) != MeshParseError.None)
        {
            Drop(ShardDrop.FrameMalformed);
            return 0;
        }

        var verdict = feed.Take(part, out var lostUpTo);
        if (lostUpTo != 0)
        {
            EndReaders(channel, lostUpTo);
        }

        if (verdict != MessageVerdict.Complete)
        {
            return 0;
        }

        if (part.Kind == MeshMessageKind.End)
        {
            EndRemote(channel);
            return 0;
        }

        RelayedMessage? copy = null;
        var whole = feed.Whole(part);
        foreach (var reader in channel.Readers)
        {
            if (part.Number < reader.From)
            {
                // It had that where it was before.
                continue;
            }

            Send(reader.Messages, channel.InFlight, whole, part.IsBinary, ref copy, now);
        }

        copy?.Release();
        return channel.Readers.Count;
    }

    /// <summary>Messages are missing: those who did not agree to losses are ended, which they notice, while a gap
    /// they would not. Who came after what is missing goes on.</summary>
    private void EndReaders(RemoteChannel channel, ulong lostUpTo)
    {
        for (var index = channel.Readers.Count - 1; index >= 0; index--)
        {
            var reader = channel.Readers[index];
            if (!reader.MayLose && reader.From <= lostUpTo)
            {
                // Out of the list at once, so that nothing comes after the gap.
                channel.Readers.RemoveAt(index);
                PostClose(reader, ChannelEndReason.MessagesLost);
            }
        }
    }

    /// <summary>The owner says that it has no such channel: none up to a life that it names.</summary>
    private void HandleNotice(RemoteChannel channel, ReadOnlySpan<byte> bytes)
    {
        if (MeshFrameReader.TryParse(bytes, out var frame) != MeshParseError.None)
        {
            Drop(ShardDrop.FrameMalformed);
        }
        else if (frame.Header.Generation >= channel.Generation)
        {
            EndRemote(channel);
        }
    }

    private void OpenRemote(RemoteChannel channel, MessageAssembly feed)
    {
        channel.Feed = feed;
        if (!channel.Inbox.IsEmpty)
        {
            List(channel);
        }
    }

    /// <summary>A channel of another node is over for all who read it here.</summary>
    private void EndRemote(RemoteChannel channel)
    {
        foreach (var reader in channel.Readers)
        {
            PostClose(reader, ChannelEndReason.PublisherEnded);
        }

        channel.Readers.Clear();
        if (channel.TryEnd())
        {
            LetGo(channel);
        }
    }

    private void EndIfUnread(RemoteChannel channel)
    {
        if (channel.TryEndIdle())
        {
            LetGo(channel);
        }
    }

    private void LetGo(RemoteChannel channel)
    {
        channel.Inbox.Clear();
        channel.Feed?.Clear();
        _node.Engine?.Channels.End(channel);
    }

    /// <summary>Gives a message to the mesh if other nodes watch the channel.</summary>
    /// <returns>To how many it goes: one for all of them.</returns>
    private int SendAway(
        PublishedChannel channel,
        ReadOnlySpan<byte> bytes,
        bool isBinary,
        ref RelayedMessage? copy
    )
    {
        if (channel.Exported is not { } exported || !exported.TakesMessages())
        {
            return 0;
        }

        copy ??= RelayedMessage.Copy(channel.Channels.InFlight, bytes, isBinary);
        copy.Claim();
        _node.Engine?.Post(new ChannelCommand.Send(exported, copy));
        return 1;
    }

    /// <summary>Gives a reply to the mesh, for a publisher of another node.</summary>
    private void ReplyAway(
        MessageOutbox outbox,
        InFlightAccount account,
        ReadOnlySpan<byte> bytes,
        bool isBinary
    ) =>
        _node.Engine?.Post(
            new ChannelCommand.Reply(outbox, RelayedMessage.Copy(account, bytes, isBinary))
        );

    /// <summary>Tells other nodes that a channel has ended.</summary>
    private void WithdrawExported(PublishedChannel channel)
    {
        // That it has ended is said first: who exports it looks for that afterwards.
        Interlocked.MemoryBarrier();
        if (channel.Exported is { } exported)
        {
            exported.Replies.Close();
            _node.Engine?.Post(new ChannelCommand.WithdrawChannel(exported));
        }
    }

    private void ReturnMessages()
    {
        while (_arrived.TryDequeue(out var channel))
        {
            channel.Inbox.Clear();
        }
    }
}
