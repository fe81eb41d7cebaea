using Edge.Node.MeshLink.Channels;
using Edge.Primitives;

namespace Edge.Node.Sessions.Channels;

/// <summary>A channel in which a client reads what another session publishes.</summary>
internal sealed class ReadChannel : ChannelEnd
{
    private MessageOutbox? _replyOutbox;
    private IChannelSource _source;
    private MessageLane? _replies;

    /// <summary>Makes a reader that its publisher does not know yet.</summary>
    /// <param name="channels">The reader's channels.</param>
    /// <param name="id">Its stream id at the reader.</param>
    /// <param name="source">What it reads.</param>
    /// <param name="ackDeadline">When its first message must have come; <see cref="Instant.Never"/> for a
    /// reader that need not say anything.</param>
    public ReadChannel(
        SessionChannels channels,
        ushort id,
        IChannelSource source,
        Instant ackDeadline
    )
        : base(channels, id)
    {
        _source = source;
        Messages = new MessageLane(this);
        _replies = source is PublishedChannel published ? new MessageLane(published) : null;
        AckDeadline = ackDeadline;
        Early = ackDeadline.IsSet ? new EarlyMessages() : null;
    }

    /// <summary>What it reads; another one after its publisher or the reader has moved to another node. Threads: any
    /// may read.</summary>
    public IChannelSource Source => Volatile.Read(ref _source);

    /// <summary>From the publisher to this reader.</summary>
    public MessageLane Messages { get; }

    /// <summary>From this reader to a publisher of this node; null for one elsewhere.</summary>
    public MessageLane? Replies => Volatile.Read(ref _replies);

    /// <summary>Whether what the reader says goes to the publisher. Threads: any.</summary>
    public bool CanReply => Source.IsReplier(this);

    /// <summary>Whether losing messages is what the reader asked for, rather than a reason to end it.</summary>
    public bool MayLose { get; init; }

    /// <summary>The number of the first message of a channel of another node that it gets; what is missing before
    /// is nothing to it.</summary>
    public ulong From { get; set; }

    /// <summary>How far what it read had come when it was last sent something; null while it never moved. Threads: the
    /// shard of what it reads.</summary>
    public ChannelPosition? LeftAt { get; set; }

    /// <summary>Whether the right to reply was taken from it only to be given again where it goes on. Threads: under its
    /// session's gate.</summary>
    public bool IsToReply { get; set; }

    /// <summary>Where what it says to a publisher of another node goes; null before it may. Threads: any.</summary>
    public MessageOutbox? ReplyOutbox
    {
        get => Volatile.Read(ref _replyOutbox);
        set => Volatile.Write(ref _replyOutbox, value);
    }

    /// <summary>When its first message must have come; never once it has.</summary>
    public Instant AckDeadline { get; private set; }

    /// <summary>What came before the reader said that it is ready; null once it has.</summary>
    public EarlyMessages? Early { get; private set; }

    /// <summary>It reads nothing for now, and notes how far what it read had come. Threads: the shard of what it read.</summary>
    public void Leave()
    {
        switch (Source)
        {
            case PublishedChannel published:
                LeftAt = new ChannelPosition(0, published.Count);
                break;
            case RemoteChannel remote:
                var next = remote.Feed is { } feed ? Math.Max(feed.Last + 1, From) : From;
                LeftAt = new ChannelPosition(remote.Generation, next);
                break;
            default:
                // It waits already.
                return;
        }

        GoTo(new AwaitedChannel(Channels));
    }

    /// <summary>It reads another source from now on, which adds it to its readers. Nothing is on its way to it or from
    /// it.</summary>
    public void GoTo(IChannelSource source)
    {
        Volatile.Write(
            ref _replies,
            source is PublishedChannel published ? new MessageLane(published) : null
        );
        Volatile.Write(ref _source, source);
    }

    /// <summary>Whether nothing is on its way to it or from it. Threads: its shard; exact once nothing is sent any
    /// more.</summary>
    public bool IsSettled => Messages.IsSettled && Replies?.IsSettled != false;

    /// <summary>The reader has said that it is ready.</summary>
    /// <returns>What came before.</returns>
    public EarlyMessages? TakeEarly()
    {
        var early = Early;
        Early = null;
        AckDeadline = Instant.Never;
        return early;
    }
}
