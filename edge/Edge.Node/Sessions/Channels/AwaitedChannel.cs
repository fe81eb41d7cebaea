namespace Edge.Node.Sessions.Channels;

/// <summary>What is read while it is looked for where it is now: its publisher or its reader has moved.</summary>
/// <remarks>Nothing comes of it. Threads: any.</remarks>
/// <param name="channels">The reader's channels.</param>
internal sealed class AwaitedChannel(SessionChannels channels) : IChannelSource
{
    /// <inheritdoc/>
    public int OwnerShard => channels.Carrier.OwnerShard;

    /// <inheritdoc/>
    public List<ReadChannel> Readers { get; } = [];

    /// <inheritdoc/>
    public bool IsOver => false;

    /// <inheritdoc/>
    public bool IsReplier(ReadChannel reader) => false;

    /// <inheritdoc/>
    public bool TryStopReplies(ReadChannel reader) => false;
}
