using System.Diagnostics.CodeAnalysis;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.Sessions.Channels;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Messages;

namespace Edge.Node.MeshLink.Channels;

/// <content>Channels of others for this node.</content>
internal sealed partial class MeshChannels
{
    /// <summary>Finds a channel of another node that is read here. Threads: any.</summary>
    public bool TryFind(in TrackToken token, [NotNullWhen(true)] out RemoteChannel? channel) =>
        _remote.TryGetValue(token, out channel);

    /// <summary>How many channels of other nodes are read here; for tests. Threads: any.</summary>
    public int RemoteCount => _remote.Count;

    /// <summary>Takes a channel of another node, and keeps it until it is released. Threads: any.</summary>
    public RemoteChannel Hold(in TrackToken token, in DemandKey key)
    {
        var shard = (int)((uint)token.GetHashCode() % (uint)_node.Shards.Length);
        while (true)
        {
            var fresh = new RemoteChannel(token, key, shard, _node.Shards[shard].InboundBudget);
            var channel = _remote.GetOrAdd(token, fresh);
            if (ReferenceEquals(channel, fresh))
            {
                _engine.Post(new ChannelCommand.WatchChannel(channel));
            }

            if (channel.TryHold())
            {
                return channel;
            }

            _ = _remote.TryRemove(KeyValuePair.Create(token, channel));
        }
    }

    /// <summary>Lets go of a channel. Threads: any.</summary>
    public void Release(RemoteChannel channel)
    {
        if (channel.Release())
        {
            _node.Shards[channel.OwnerShard].Post(new ShardCommand.LookAtReaders(channel));
        }
    }

    /// <summary>A channel of another node is over here. Threads: any.</summary>
    public void End(RemoteChannel channel)
    {
        _ = _remote.TryRemove(KeyValuePair.Create(channel.Token, channel));
        _engine.Post(new ChannelCommand.UnwatchChannel(channel));
    }

    private void Watch(RemoteChannel channel, Instant now)
    {
        if (_watched.TryGetValue(channel.Token, out var before))
        {
            Unwatch(before.Item1, now);
        }

        if (channel.IsOver || !_watches.TryPrepare(channel.Token, channel.Key, now))
        {
            channel.NoteWatched(isWatched: false);
            return;
        }

        var shard = _node.Shards[channel.OwnerShard];
        var subscription = _engine
            .BusTo(channel.Key.Owner)
            .SubscribeDirect(
                MeshSubjects.Data(channel.Key.App, channel.Token),
                message => shard.TryPostMessage(channel, message.Payload, isNotice: false)
            );
        _watched.Add(channel.Token, (channel, subscription));
        channel.NoteWatched(isWatched: true);
    }

    private void Confirm(RemoteChannel channel, Instant now)
    {
        if (IsWatched(channel))
        {
            _watches.Confirm(channel.Token, now);
        }
    }

    private void Unwatch(RemoteChannel channel, Instant now)
    {
        // Another one may have taken its place already.
        if (IsWatched(channel))
        {
            _watched.Remove(channel.Token, out var watched);
            watched.Item2.Dispose();
            _watches.Remove(channel.Token, now);
        }

        channel.NoteWatched(isWatched: false);
    }

    private bool IsWatched(RemoteChannel channel) =>
        _watched.TryGetValue(channel.Token, out var watched)
        && ReferenceEquals(watched.Item1, channel);

    /// <summary>Says what was taken of a channel, once for all that its shard took in a turn.</summary>
    private void Acknowledge(RemoteChannel channel)
    {
        // First, so that what is taken from now on is said again.
        channel.PayAck();
        var ack = new MeshMessageAck(
            _engine.Watcher,
            channel.Token,
            channel.Acknowledged,
            channel.Generation
        );
        PublishAck(ack, channel.Key.App, channel.Key.Owner);
    }

    private void Reply(MessageOutbox outbox, RelayedMessage message, Instant now)
    {
        if (outbox.IsClosed)
        {
            message.Release();
        }
        else if (!Transmit(outbox, message, now) && outbox.Replier is { MayLose: false })
        {
            EndReplier(outbox);
        }
    }

    /// <summary>A reader said what did not arrive: its channel ends, so that it learns of it.</summary>
    private void EndReplier(MessageOutbox outbox)
    {
        var replier = outbox.Replier!;
        _node.Post(
            replier.Channels,
            [new ChannelChange.Close(replier, ChannelEndReason.MessagesLost)]
        );
    }

    private void Close(MessageOutbox outbox, Instant now)
    {
        outbox.Close();
        List(outbox, now);
        ForgetIfClosed(outbox);
    }
}
