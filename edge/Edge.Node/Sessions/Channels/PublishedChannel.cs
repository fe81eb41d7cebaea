namespace Edge.Node.Sessions.Channels;

/// <summary>A channel that its client writes: each message goes to everybody who reads it.</summary>
internal sealed class PublishedChannel(SessionChannels channels, ushort id)
    : ChannelEnd(channels, id)
{
    private ReadChannel? _replier;

    /// <summary>Who reads it.</summary>
    public List<ReadChannel> Readers { get; } = [];

    /// <summary>The one reader whose messages go to the publisher; null when there is none. Threads: any.</summary>
    public ReadChannel? Replier => Volatile.Read(ref _replier);

    /// <summary>Lets a reader reply; false when another one does. Threads: any.</summary>
    public bool TryLetReply(ReadChannel reader)
    {
        var before = Interlocked.CompareExchange(ref _replier, reader, null);
        return before is null || ReferenceEquals(before, reader);
    }

    /// <summary>Takes the right to reply back from a reader; nothing when it has none. Threads: any.</summary>
    public void StopReplies(ReadChannel reader) =>
        Interlocked.CompareExchange(ref _replier, null, reader);
}
