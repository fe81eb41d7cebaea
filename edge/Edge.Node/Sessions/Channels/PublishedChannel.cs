using Edge.Node.MeshLink.Channels;

namespace Edge.Node.Sessions.Channels;

/// <summary>A channel that its client writes: each message goes to everybody who reads it.</summary>
internal sealed class PublishedChannel(SessionChannels channels, ushort id)
    : ChannelEnd(channels, id),
        IChannelSource
{
    private object? _replier;
    private ExportedChannel? _exported;
    private ulong _count;
    private bool _isReleased;

    /// <inheritdoc/>
    public List<ReadChannel> Readers { get; } = [];

    /// <summary>How many messages it has had, at all nodes where it was. Threads: its shard's counts, any may read.</summary>
    public ulong Count
    {
        get => Volatile.Read(ref _count);
        init => _count = CountBefore = value;
    }

    /// <summary>How many it had had when it came here from another node; 0 for one that did not.</summary>
    public ulong CountBefore { get; private init; }

    /// <summary>How far it had come there, as other nodes count it; null where none knew it.</summary>
    public ChannelPosition? CameFrom { get; init; }

    /// <summary>Whether another node is about to go on with it: no other node may begin to watch it here. Threads: any.</summary>
    public bool IsReleased
    {
        get => Volatile.Read(ref _isReleased);
        set => Volatile.Write(ref _isReleased, value);
    }

    /// <summary>As what other nodes know it, between two nodes. Threads: under its session's gate.</summary>
    public ChannelMemory? Memory { get; set; }

    /// <summary>Counts a message, before it is looked who takes it.</summary>
    public void CountMessage() => Interlocked.Increment(ref _count);

    /// <inheritdoc/>
    public int OwnerShard => Channels.Carrier.OwnerShard;

    /// <inheritdoc/>
    public bool IsOver => HasEnded || Channels.AreOver;

    /// <summary>As what other nodes may watch it; null while they do not know it. Threads: the mesh's sets it,
    /// any may read.</summary>
    public ExportedChannel? Exported
    {
        get => Volatile.Read(ref _exported);
        set => Volatile.Write(ref _exported, value);
    }

    /// <summary>Lets somebody reply: a reader of this node, or what stands for one of another. False when another
    /// one does: there is one at a time. Threads: any.</summary>
    public bool TryLetReply(object replier)
    {
        var before = Interlocked.CompareExchange(ref _replier, replier, null);
        return before is null || ReferenceEquals(before, replier);
    }

    /// <summary>Takes the right to reply back; false when it was another's or nobody's. Threads: any.</summary>
    public bool TryStopReplies(object replier) =>
        ReferenceEquals(Interlocked.CompareExchange(ref _replier, null, replier), replier);

    /// <inheritdoc/>
    public bool TryStopReplies(ReadChannel reader) => TryStopReplies((object)reader);

    /// <inheritdoc/>
    public bool IsReplier(ReadChannel reader) =>
        ReferenceEquals(Volatile.Read(ref _replier), reader);
}
