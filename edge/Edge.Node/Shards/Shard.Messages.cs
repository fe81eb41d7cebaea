using System.Diagnostics.CodeAnalysis;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Channels;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.DataChannels;

namespace Edge.Node.Shards;

/// <content>Messages of data channels: from who publishes them to who reads them.</content>
internal sealed partial class Shard
{
    /// <summary>Bytes that the data channels of this shard hold.</summary>
    private long _channelBytes;

    /// <summary>Takes what happened to a session's channels. A turn takes so much; the rest waits for the
    /// next, and in the end at the client, by SCTP's window: data never holds media up.</summary>
    private void TakeChannelEvents(Session session, Instant now)
    {
        if (session.Channels is not { } channels)
        {
            return;
        }

        if (channels.AckDeadline <= now)
        {
            EndUnready(channels, now);
        }

        var copies = 0;
        var taken = 0;
        channels.ContinueAt = Instant.Never;
        while (
            !channels.InFlight.IsCongested
            && taken < ChannelLimits.MessagesPerTurn
            && copies < ChannelLimits.CopiesPerTurn
            && channels.Transport.PollEvent(out var occurred)
        )
        {
            taken++;
            if (occurred.Kind == DataChannelEventKind.Message)
            {
                copies += HandleMessage(channels, occurred, now);
            }
            else
            {
                HandleChannelEvent(channels, occurred);
            }
        }

        if (
            channels.InFlight.IsCongested
            || taken == ChannelLimits.MessagesPerTurn
            || copies >= ChannelLimits.CopiesPerTurn
        )
        {
            channels.ContinueAt = now + TimerStep;
        }

        NoteChannelBytes(channels);
        if (IsHoarding(channels))
        {
            Drop(ShardDrop.ReaderTooSlow);
            channels.Transport.Abort();
        }
    }

    /// <summary>Whether a client makes the node keep more than its share of what cannot be handed on yet
    /// (pieces of messages that never become whole), while all together keep too much.</summary>
    private bool IsHoarding(SessionChannels channels) =>
        IsOverfull
        && channels.Transport.ReceiveHeldBytes > ChannelLimits.HeldBytesMin
        && channels.NotedBytes * _sessions.Count > _channelBytes;

    /// <summary>Passes a client's message on.</summary>
    /// <returns>To how many.</returns>
    private int HandleMessage(SessionChannels channels, in DataChannelEvent occurred, Instant now)
    {
        var bytes = occurred.Payload.Span;
        switch (channels.Ends.GetValueOrDefault(occurred.Channel))
        {
            case PublishedChannel { HasEnded: false } published:
                RelayedMessage? copy = null;
                published.CountMessage();
                // Backwards: a reader that cannot take it leaves.
                for (var index = published.Readers.Count - 1; index >= 0; index--)
                {
                    var lane = published.Readers[index].Messages;
                    Send(lane, channels.InFlight, bytes, occurred.IsBinary, ref copy, now);
                }

                var away = SendAway(published, bytes, occurred.IsBinary, ref copy);
                copy?.Release();
                return published.Readers.Count + away;
            case ReadChannel { HasEnded: false, Early: not null } waiting:
                TakeReady(waiting, now);
                return 0;
            case ReadChannel { HasEnded: false, CanReply: true, Replies: { } replies }:
                RelayedMessage? reply = null;
                Send(replies, channels.InFlight, bytes, occurred.IsBinary, ref reply, now);
                reply?.Release();
                return 1;
            case ReadChannel { HasEnded: false, CanReply: true, ReplyOutbox: { } outbox }:
                ReplyAway(outbox, channels.InFlight, bytes, occurred.IsBinary);
                return 1;
            default:
                Drop(ShardDrop.MessageUnwanted);
                return 0;
        }
    }

    /// <summary>Sends a message to wherever its lane ends; to another shard as a copy, made once.</summary>
    private void Send(
        MessageLane lane,
        InFlightAccount account,
        ReadOnlySpan<byte> bytes,
        bool isBinary,
        ref RelayedMessage? copy,
        Instant now
    )
    {
        if (lane.Target.HasEnded)
        {
            return;
        }

        var number = lane.Number();
        var owner = lane.Target.Channels.Carrier.OwnerShard;
        if (owner == Index && lane.Due == number)
        {
            lane.Advance();
            TryAccept(lane, bytes, isBinary, now);
            TakeDue(lane, now);
            return;
        }

        copy ??= RelayedMessage.Copy(account, bytes, isBinary);
        copy.Claim();
        var message = new ChannelMessage(lane, number, copy);
        if (owner == Index)
        {
            Receive(message, now);
        }
        else
        {
            HandOver(message, owner);
        }
    }

    private void HandOver(in ChannelMessage message, int owner)
    {
        if (!_node.Mesh.Link(Index, owner).Messages.TryWrite(message))
        {
            // What is in flight is bounded by its publisher, so that the mailbox is too.
            _node.Shards[owner].Post(new ShardCommand.DeliverMessage(message));
        }

        _wroteTo |= 1UL << owner;
    }

    /// <summary>Takes a message with its claim; passes it on when its channel has moved.</summary>
    private void Receive(in ChannelMessage message, Instant now)
    {
        var (lane, number, relayed) = message;
        var session = lane.Target.Channels.Carrier;
        if (session.OwnerShard != Index)
        {
            HandOver(message, session.OwnerShard);
            return;
        }

        if (lane.Target.HasEnded)
        {
            relayed.Release();
            return;
        }

        lane.Wait(number, relayed);
        TakeDue(lane, now);
    }

    /// <summary>Takes the messages of a lane whose turn has come.</summary>
    private void TakeDue(MessageLane lane, Instant now)
    {
        while (!lane.Target.HasEnded && lane.TryTakeDue(out var due))
        {
            lane.Advance();
            TryAccept(lane, due.Bytes, due.IsBinary, now);
            due.Release();
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private void TryAccept(MessageLane lane, ReadOnlySpan<byte> bytes, bool isBinary, Instant now)
    {
        try
        {
            Accept(lane, bytes, isBinary, now);
        }
        catch (Exception error)
        {
            Fault(lane.Target.Channels.Carrier, error, now);
        }
    }

    private void Accept(MessageLane lane, ReadOnlySpan<byte> bytes, bool isBinary, Instant now)
    {
        if (lane.Target is ReadChannel { Early: { } early } reader)
        {
            Keep(reader, early, bytes, isBinary);
        }
        else
        {
            Write(lane.Target, bytes, isBinary, now);
        }
    }

    /// <summary>Keeps a message for a reader that is not ready. Where too much is kept, what is older goes.</summary>
    private void Keep(
        ReadChannel reader,
        EarlyMessages early,
        ReadOnlySpan<byte> bytes,
        bool isBinary
    )
    {
        var channels = reader.Channels;
        channels.EarlyBytes -= early.Bytes;
        var isTooMuch =
            channels.EarlyBytes + early.Bytes + bytes.Length > ChannelLimits.EarlyBytesMax
            || (IsOverfull && channels.NotedBytes > ChannelLimits.HeldBytesMin);
        if (isTooMuch)
        {
            early.Clear();
        }

        early.Add(bytes, isBinary);
        channels.EarlyBytes += early.Bytes;
        NoteChannelBytes(channels);
    }

    /// <summary>Lets go of what was kept for a reader.</summary>
    private void DropEarly(ReadChannel reader)
    {
        reader.Channels.EarlyBytes -= reader.TakeEarly()?.Bytes ?? 0;
        reader.Channels.RefreshAckDeadline();
        if (ReferenceEquals(reader.Channels.Carrier.Channels, reader.Channels))
        {
            NoteChannelBytes(reader.Channels);
        }
    }

    /// <summary>A reader says for the first time that it is ready: it gets what came before.</summary>
    private void TakeReady(ReadChannel reader, Instant now)
    {
        var early = reader.TakeEarly()!;
        reader.Channels.EarlyBytes -= early.Bytes;
        reader.Channels.RefreshAckDeadline();
        while (!reader.HasEnded && early.TryTake(out var bytes, out var isBinary))
        {
            Write(reader, bytes, isBinary, now);
        }
    }

    /// <summary>Writes a message to a client. A reader that cannot take it loses it, where it agreed to
    /// losses; else it is ended, which it notices, while a gap it would not.</summary>
    private void Write(ChannelEnd end, ReadOnlySpan<byte> bytes, bool isBinary, Instant now)
    {
        var channels = end.Channels;
        var transport = channels.Transport;
        var result = IsHeldUp(end)
            ? DataChannelSendResult.WouldBlock
            : transport.Send(end.Id, bytes, isBinary, now);
        switch (result)
        {
            case DataChannelSendResult.Accepted:
                _stats.Messages++;
                break;
            case DataChannelSendResult.WouldBlock:
                Drop(ShardDrop.ReaderTooSlow);
                if (end is ReadChannel { MayLose: false })
                {
                    EndChannel(end, ChannelEndReason.TooSlow);
                }

                break;
            case DataChannelSendResult.TooLong:
                Drop(ShardDrop.MessageTooLong);
                if (end is ReadChannel)
                {
                    EndChannel(end, ChannelEndReason.MessageTooLong);
                }

                break;
            case DataChannelSendResult.NotOpen:
                Drop(ShardDrop.MessageUnwanted);
                break;
            default:
                break;
        }

        NoteChannelBytes(channels);
        TouchCarrier(channels);
    }

    /// <summary>Whether the node holds so much that who holds more than a little must not get more.</summary>
    private bool IsHeldUp(ChannelEnd end) =>
        IsOverfull && end.Channels.NotedBytes > ChannelLimits.HeldBytesMin;

    private bool IsOverfull => _channelBytes > _node.Options.ChannelBytesMax / _node.Options.Shards;

    private void NoteChannelBytes(SessionChannels channels)
    {
        var held =
            channels.Transport.SendHeldBytes
            + channels.Transport.ReceiveHeldBytes
            + channels.EarlyBytes;
        _channelBytes += held - channels.NotedBytes;
        channels.NotedBytes = held;
    }

    private void ForgetChannelBytes(SessionChannels channels)
    {
        _channelBytes -= channels.NotedBytes;
        channels.NotedBytes = 0;
    }
}
