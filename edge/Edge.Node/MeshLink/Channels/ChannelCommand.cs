using Edge.Node.Sessions.Channels;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>What the mesh's thread is asked or told of data channels.</summary>
/// <remarks>In one queue with everything else: what a shard sends after a node has joined comes after that.
/// Bounded by who sends it: messages by what a publisher may have on its way.</remarks>
internal abstract record ChannelCommand : MeshCommand
{
    private ChannelCommand(Func<Exception, bool>? fail = null)
        : base(fail) { }

    /// <summary>Another node begins to take a channel's messages; the completion tells from where on, null when
    /// that cannot be.</summary>
    internal sealed record Join(
        PublishedChannel Channel,
        TrackToken Token,
        string App,
        MeshWatcher Watcher,
        ulong Known,
        TaskCompletionSource<ChannelPlace?> Done
    ) : ChannelCommand(Done.TrySetException);

    /// <summary>A message for who watches a channel, with a claim on it.</summary>
    internal sealed record Send(ExportedChannel Channel, RelayedMessage Message) : ChannelCommand;

    /// <summary>A channel of this node has ended.</summary>
    internal sealed record WithdrawChannel(ExportedChannel Channel) : ChannelCommand;

    /// <summary>Another node goes on with a channel of this one; the completion tells as what others know it, null when
    /// they do not.</summary>
    internal sealed record ReleaseChannel(
        PublishedChannel Channel,
        TaskCompletionSource<ChannelMemory?> Done
    ) : ChannelCommand(Done.TrySetException);

    /// <summary>This node goes on with a channel of another one.</summary>
    internal sealed record ResumeChannel(
        PublishedChannel Channel,
        TrackToken Token,
        string App,
        ChannelMemory Memory,
        TaskCompletionSource Done
    ) : ChannelCommand(Done.TrySetException);

    /// <summary>A reader at another node wants to reply; the completion tells its grant, 0 when another may and
    /// null when the channel is not there.</summary>
    internal sealed record Grant(
        TrackToken Token,
        ulong Generation,
        MeshWatcher Watcher,
        ulong Reader,
        TaskCompletionSource<ulong?> Done
    ) : ChannelCommand(Done.TrySetException);

    /// <summary>A reader at another node replies no more.</summary>
    internal sealed record Revoke(
        TrackToken Token,
        MeshWatcher Watcher,
        ulong Reader,
        TaskCompletionSource Done
    ) : ChannelCommand(Done.TrySetException);

    /// <summary>Another node says what it has taken.</summary>
    internal sealed record TakeAck(string App, byte[] Bytes) : ChannelCommand;

    /// <summary>Somebody at another node replies.</summary>
    internal sealed record TakeReply(string App, TrackToken Token, byte[] Bytes) : ChannelCommand;

    /// <summary>A channel of another node is wanted here.</summary>
    internal sealed record WatchChannel(RemoteChannel Channel)
        : ChannelCommand(_ =>
        {
            Channel.NoteWatched(isWatched: false);
            return true;
        });

    /// <summary>Its owner has it.</summary>
    internal sealed record Confirm(RemoteChannel Channel) : ChannelCommand;

    /// <summary>A channel of another node is over here.</summary>
    internal sealed record UnwatchChannel(RemoteChannel Channel) : ChannelCommand;

    /// <summary>Messages of a channel of another node were taken.</summary>
    internal sealed record Acknowledge(RemoteChannel Channel) : ChannelCommand;

    /// <summary>A reader of this node may reply from now on.</summary>
    internal sealed record OpenReplies(MessageOutbox Outbox, Mesh.NodeAddress Owner)
        : ChannelCommand;

    /// <summary>A reply of a reader of this node, with a claim on it.</summary>
    internal sealed record Reply(MessageOutbox Outbox, RelayedMessage Message) : ChannelCommand;

    /// <summary>A reader of this node replies no more; completes when what it said before was sent.</summary>
    internal sealed record CloseReplies(MessageOutbox Outbox, TaskCompletionSource Done)
        : ChannelCommand(Done.TrySetException);
}
