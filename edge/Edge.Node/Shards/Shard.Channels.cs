using System.Collections.Immutable;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Channels;
using Edge.Primitives;
using Edge.Protocol.DataChannels;

namespace Edge.Node.Shards;

/// <content>Data channels that come and go while their session lasts.</content>
internal sealed partial class Shard
{
    /// <summary>The label of the channel in which a client takes events.</summary>
    private const string EventsLabel = "server-events";

    private void Change(Session session, ImmutableArray<ChannelChange> changes, Instant now)
    {
        foreach (var change in changes)
        {
            Change(session, change, now);
        }
    }

    private void Change(Session session, ChannelChange change, Instant now)
    {
        switch (change)
        {
            case ChannelChange.Start start:
                StartChannels(session, start.Channels, now);
                break;
            case ChannelChange.MoveTo move:
                MoveChannels(session, move.Carrier);
                break;
            case ChannelChange.Stop:
                EndChannels(session);
                break;
            case ChannelChange.Open open:
                OpenChannel(session, open);
                break;
            case ChannelChange.Close close:
                EndChannel(close.End, close.Reason);
                break;
            case ChannelChange.OpenEvents events:
                OpenEvents(session, events.Id);
                break;
            case ChannelChange.Tell tell:
                Tell(session, tell.Text, now);
                break;
            case ChannelChange.AddReader add:
                AddReader(add.Reader);
                break;
            case ChannelChange.RemoveReader remove:
                _ = remove.Reader.Source.Readers.Remove(remove.Reader);
                remove.Reader.Replies.Clear();
                break;
            default:
                break;
        }
    }

    /// <summary>Changes that came when their session had ended: whoever waits for it is let go.</summary>
    private void LetGo(ImmutableArray<ChannelChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case ChannelChange.AddReader add:
                    PostClose(add.Reader, ChannelEndReason.PublisherEnded);
                    break;
                case ChannelChange.Start start:
                    FreeAllChannels(start.Channels);
                    start.Channels.Transport.Drop();
                    break;
                default:
                    break;
            }
        }
    }

    private void StartChannels(Session session, SessionChannels channels, Instant now)
    {
        EndChannels(session);
        channels.Carrier = session;
        session.Channels = channels;
        session.Peer.Transport.Attach(channels.Transport, now);
        foreach (var end in channels.Ends.Values.ToArray())
        {
            TakeWaiting(end, now);
        }
    }

    /// <summary>Takes what came for a channel while its session changed its transport.</summary>
    private void TakeWaiting(ChannelEnd end, Instant now)
    {
        if (end is ReadChannel reader)
        {
            TakeDue(reader.Messages, now);
        }
        else if (end is PublishedChannel { Replier: { } replier })
        {
            TakeDue(replier.Replies, now);
        }
    }

    /// <summary>SCTP goes on where it was (as in Chromium, where the association outlives its transport).</summary>
    private void MoveChannels(Session session, Session carrier)
    {
        if (session.Channels is not { } channels)
        {
            return;
        }

        session.Channels = null;
        _ = session.Peer.Transport.Detach();
        ForgetChannelBytes(channels);
        channels.Carrier = carrier;
        _node
            .Shards[carrier.OwnerShard]
            .Post(
                new ShardCommand.ChangeChannels(carrier, [new ChannelChange.Start(channels)], null)
            );
    }

    private void OpenChannel(Session session, ChannelChange.Open open)
    {
        var end = open.End;
        if (
            session.Channels is not { } channels
            || channels.Transport.Open(open.Options, out _) != DataChannelOpenResult.Opened
        )
        {
            end.HasEnded = true;
            _node.Callers?.HandleChannelEnded(end, ChannelEndReason.ClosedByClient);
            _node.Callers?.HandleChannelFreed(end.Channels, end.Id);
            return;
        }

        channels.Add(end);
    }

    private void OpenEvents(Session session, ushort id)
    {
        if (session.Channels is not { EventsId: null } channels)
        {
            return;
        }

        var options = new DataChannelOptions { Label = EventsLabel, NegotiatedId = id };
        if (channels.Transport.Open(options, out _) == DataChannelOpenResult.Opened)
        {
            channels.EventsId = id;
            _node.Callers?.HandleEventsOpened(channels);
        }
    }

    /// <summary>Tells a client what happened. One that does not keep up misses events.</summary>
    private void Tell(Session session, byte[] text, Instant now)
    {
        if (
            session.Channels is { EventsId: { } id } channels
            && channels.Transport.Send(id, text, isBinary: false, now)
                != DataChannelSendResult.Accepted
        )
        {
            Drop(Telemetry.ShardDrop.ReaderTooSlow);
        }
    }

    private void AddReader(ReadChannel reader)
    {
        if (reader.HasEnded)
        {
            return;
        }

        if (reader.Source.HasEnded)
        {
            PostClose(reader, ChannelEndReason.PublisherEnded);
            return;
        }

        reader.Source.Readers.Add(reader);
    }

    private void HandleChannelEvent(SessionChannels channels, in DataChannelEvent occurred)
    {
        switch (occurred.Kind)
        {
            case DataChannelEventKind.ChannelOpened:
                NoteOpened(channels, occurred);
                break;
            case DataChannelEventKind.ChannelClosed:
                FreeChannel(channels, occurred.Channel);
                break;
            case DataChannelEventKind.Restarted:
            case DataChannelEventKind.Closed:
            case DataChannelEventKind.Failed:
                LogChannelsLost(_logger, channels.Carrier.LogId, occurred.Kind, occurred.Failure);
                FreeAllChannels(channels);
                break;
            case DataChannelEventKind.None:
            case DataChannelEventKind.Connected:
            case DataChannelEventKind.Message:
            case DataChannelEventKind.BufferedAmountLow:
            default:
                break;
        }
    }

    /// <summary>A client may open the channel for events itself; others of its own lead nowhere.</summary>
    private void NoteOpened(SessionChannels channels, in DataChannelEvent occurred)
    {
        if (
            channels.EventsId is null
            && !channels.Ends.ContainsKey(occurred.Channel)
            && string.Equals(occurred.Options!.Label, EventsLabel, StringComparison.Ordinal)
        )
        {
            channels.EventsId = occurred.Channel;
            _node.Callers?.HandleEventsOpened(channels);
        }
    }

    /// <summary>Ends a channel for its client and for everybody at its other side.</summary>
    private void EndChannel(ChannelEnd end, ChannelEndReason reason)
    {
        if (end.HasEnded)
        {
            return;
        }

        end.HasEnded = true;
        var channels = end.Channels;
        if (ReferenceEquals(channels.Carrier.Channels, channels))
        {
            channels.Transport.Close(end.Id);
            if (channels.Carrier.Slot != TimedSlots<Session>.NoSlot)
            {
                _sessions.Touch(channels.Carrier.Slot);
            }
        }

        LeaveOthers(end);
        _node.Callers?.HandleChannelEnded(end, reason);
    }

    private void LeaveOthers(ChannelEnd end)
    {
        switch (end)
        {
            case PublishedChannel published:
                foreach (var reader in published.Readers)
                {
                    PostClose(reader, ChannelEndReason.PublisherEnded);
                    reader.Replies.Clear();
                }

                published.Readers.Clear();
                break;
            case ReadChannel reader:
                reader.Source.StopReplies(reader);
                reader.Messages.Clear();
                PostChange(reader.Source.Channels, new ChannelChange.RemoveReader(reader));
                break;
            default:
                break;
        }
    }

    /// <summary>A channel is closed on both sides.</summary>
    private void FreeChannel(SessionChannels channels, ushort id)
    {
        if (channels.EventsId == id)
        {
            channels.EventsId = null;
        }

        if (channels.Remove(id) is { } end)
        {
            EndChannel(end, ChannelEndReason.ClosedByClient);
            _node.Callers?.HandleChannelFreed(channels, id);
        }
    }

    private void FreeAllChannels(SessionChannels channels)
    {
        channels.EventsId = null;
        foreach (var id in channels.Ends.Keys.ToArray())
        {
            FreeChannel(channels, id);
        }
    }

    /// <summary>Ends the channels of a session that carries none any more.</summary>
    private void EndChannels(Session session)
    {
        if (session.Channels is not { } channels)
        {
            return;
        }

        session.Channels = null;
        _ = session.Peer.Transport.Detach();
        ForgetChannelBytes(channels);
        FreeAllChannels(channels);
        channels.Transport.Drop();
    }

    /// <summary>Ends readers that did not say in time that they are ready.</summary>
    private void EndUnready(SessionChannels channels, Instant now)
    {
        foreach (var end in channels.Ends.Values)
        {
            if (end is ReadChannel reader && reader.AckDeadline <= now)
            {
                EndChannel(reader, ChannelEndReason.AckTimeout);
            }
        }

        channels.RefreshAckDeadline();
    }

    private void PostClose(ReadChannel reader, ChannelEndReason reason) =>
        PostChange(reader.Channels, new ChannelChange.Close(reader, reason));

    private void PostChange(SessionChannels channels, ChannelChange change)
    {
        var carrier = channels.Carrier;
        _node
            .Shards[carrier.OwnerShard]
            .Post(new ShardCommand.ChangeChannels(carrier, [change], null));
    }
}
