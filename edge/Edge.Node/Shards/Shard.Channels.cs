using System.Diagnostics.CodeAnalysis;
using Edge.Node.MeshLink.Channels;
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

    private void HandleChannels(ShardCommand.ForChannels command, Instant now)
    {
        switch (command)
        {
            case ShardCommand.ChangeChannels change:
                HandleChange(change, now);
                break;
            case ShardCommand.AddReader add:
                AddReader(add);
                break;
            case ShardCommand.RemoveReader remove:
                RemoveReader(remove);
                break;
            case ShardCommand.SettleChannels settle:
                SettleChannels(settle, now);
                break;
            case ShardCommand.LetReaderGo leave:
                LetReaderGo(leave);
                break;
            case ShardCommand.LetReadersGo leave:
                LetReadersGo(leave);
                break;
            case ShardCommand.ResumeReader resume:
                ResumeReader(resume);
                break;
            case ShardCommand.OpenRemote open:
                OpenRemote(open.Channel, open.Feed);
                break;
            case ShardCommand.EndRemote ended:
                EndRemote(ended.Channel);
                break;
            case ShardCommand.LookAtReaders look:
                EndIfUnread(look.Channel);
                break;
            case ShardCommand.DeliverMessage deliver:
                Receive(deliver.Message, now);
                break;
            default:
                break;
        }
    }

    /// <summary>Changes channels, or passes the changes on to where they are carried by now.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The per-peer boundary: an error of ours ends one session, not the node."
    )]
    private void HandleChange(ShardCommand.ChangeChannels command, Instant now)
    {
        var channels = command.Channels;
        var carrier = channels.Carrier;
        if (carrier.OwnerShard != Index)
        {
            _node.Shards[carrier.OwnerShard].Post(command);
            return;
        }

        try
        {
            foreach (var change in command.Changes)
            {
                Change(channels, change, now);
            }

            TouchCarrier(channels);
        }
        catch (Exception error)
        {
            Fault(carrier, error, now);
        }

        command.Done?.TrySetResult(!channels.AreOver);
    }

    private void Change(SessionChannels channels, ChannelChange change, Instant now)
    {
        switch (change)
        {
            case ChannelChange.Start:
                StartChannels(channels, now);
                break;
            case ChannelChange.MoveTo move:
                MoveChannels(channels, move.Carrier);
                break;
            case ChannelChange.Stop:
                EndChannels(channels);
                break;
            case ChannelChange.Open open:
                OpenChannel(open);
                break;
            case ChannelChange.Close close:
                EndChannel(close.End, close.Reason);
                break;
            case ChannelChange.OpenEvents events:
                OpenEvents(channels, events.Id);
                break;
            case ChannelChange.Tell tell:
                Tell(channels, tell.Text, now);
                break;
            default:
                break;
        }
    }

    /// <summary>Attaches channels to the session that carries them. Channels belong to the carrier's shard
    /// before that already: what comes for them meanwhile waits in SCTP.</summary>
    private void StartChannels(SessionChannels channels, Instant now)
    {
        var session = channels.Carrier;
        if (channels.AreOver || session.IsOver)
        {
            EndChannels(channels);
            return;
        }

        if (session.Channels is { } others)
        {
            EndChannels(others);
        }

        session.Channels = channels;
        session.Peer.Transport.Attach(channels.Transport, now);
    }

    /// <summary>SCTP goes on where it was (as in Chromium, where the association outlives its transport).</summary>
    private void MoveChannels(SessionChannels channels, Session carrier)
    {
        if (channels.AreOver)
        {
            return;
        }

        LetChannelsGo(channels);
        // The new carrier's shard may act on them as soon as it sees this.
        channels.Carrier = carrier;
        _node.Post(channels, [new ChannelChange.Start()]);
    }

    /// <summary>Opens a channel whose id both sides know. One that cannot be is over before it began.</summary>
    private void OpenChannel(ChannelChange.Open open)
    {
        var end = open.End;
        if (
            !end.HasEnded
            && !end.Channels.AreOver
            && end.Channels.Transport.Open(open.Options, out _) == DataChannelOpenResult.Opened
        )
        {
            end.Channels.Add(end);
            return;
        }

        EndChannel(end, ChannelEndReason.ClosedByClient);
        _node.Callers?.HandleChannelFreed(end.Channels, end.Id);
    }

    private void OpenEvents(SessionChannels channels, ushort id)
    {
        if (channels.EventsId is not null)
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
    private void Tell(SessionChannels channels, byte[] text, Instant now)
    {
        if (
            channels.EventsId is { } id
            && channels.Transport.Send(id, text, isBinary: false, now)
                != DataChannelSendResult.Accepted
        )
        {
            Drop(Telemetry.ShardDrop.ReaderTooSlow);
        }
    }

    private void AddReader(ShardCommand.AddReader command)
    {
        var reader = command.Reader;
        if (reader.Source.OwnerShard != Index)
        {
            _node.Shards[reader.Source.OwnerShard].Post(command);
            return;
        }

        if (!reader.HasEnded && reader.Source.IsOver)
        {
            PostClose(reader, ChannelEndReason.PublisherEnded);
        }
        else if (!reader.HasEnded)
        {
            reader.Source.Readers.Add(reader);
        }

        command.Done.TrySetResult(true);
    }

    private void RemoveReader(ShardCommand.RemoveReader command)
    {
        var reader = command.Reader;
        if (reader.Source.OwnerShard != Index)
        {
            _node.Shards[reader.Source.OwnerShard].Post(command);
            return;
        }

        _ = reader.Source.Readers.Remove(reader);
        reader.Replies?.Close();
        if (reader.Source is RemoteChannel remote)
        {
            EndIfUnread(remote);
        }
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
            // A portrait says which they were.
            case DataChannelEventKind.ChannelLost:
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
        end.Channels.Transport.Close(end.Id);
        TouchCarrier(end.Channels);
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
                    reader.Replies?.Close();
                }

                published.Readers.Clear();
                WithdrawExported(published);
                break;
            case ReadChannel reader:
                _ = reader.Source.TryStopReplies(reader);
                if (reader is { Source: RemoteChannel remote, ReplyOutbox: { } outbox })
                {
                    _node.Desk?.GiveBack(remote, outbox);
                }

                reader.Messages.Close();
                DropEarly(reader);
                _node.Shards[reader.Source.OwnerShard].Post(new ShardCommand.RemoveReader(reader));
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

    /// <summary>Ends channels for good.</summary>
    private void EndChannels(SessionChannels channels)
    {
        if (channels.AreOver)
        {
            return;
        }

        LetChannelsGo(channels);
        channels.AreOver = true;
        FreeAllChannels(channels);
        channels.Transport.Drop();
    }

    /// <summary>Detaches channels from the session that carries them.</summary>
    private void LetChannelsGo(SessionChannels channels)
    {
        ForgetChannelBytes(channels);
        var session = channels.Carrier;
        if (ReferenceEquals(session.Channels, channels))
        {
            session.Channels = null;
            _ = session.Peer.Transport.Detach();
        }
    }

    /// <summary>Has what was written sent in this turn, unless the carrier is still on its way here.</summary>
    private void TouchCarrier(SessionChannels channels)
    {
        if (channels.Carrier.Slot != TimedSlots<Session>.NoSlot)
        {
            _sessions.Touch(channels.Carrier.Slot);
        }
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
        _node.Post(reader.Channels, [new ChannelChange.Close(reader, reason)]);
}
