namespace Edge.Node.Sessions.Channels;

/// <summary>What is read in data channels: one that a client of this node writes, or one of another node.</summary>
internal interface IChannelSource
{
    /// <summary>The shard that passes its messages on. It may change until a command gets there. Threads: any.</summary>
    int OwnerShard { get; }

    /// <summary>Who reads it. Threads: the owner shard.</summary>
    List<ReadChannel> Readers { get; }

    /// <summary>Whether nothing comes of it any more. Threads: any.</summary>
    bool IsOver { get; }

    /// <summary>Whether what a reader says goes to the publisher. Threads: any.</summary>
    bool IsReplier(ReadChannel reader);

    /// <summary>Takes the right to reply back from a reader; false when it had none. Threads: any.</summary>
    bool TryStopReplies(ReadChannel reader);
}
