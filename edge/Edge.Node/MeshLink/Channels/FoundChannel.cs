using Edge.Node.Sessions.Channels;

namespace Edge.Node.MeshLink.Channels;

/// <summary>A data channel that is to be read.</summary>
/// <param name="Source">The channel.</param>
/// <param name="PublisherId">The session that publishes it.</param>
/// <param name="Name">Its name there.</param>
internal sealed record FoundChannel(IChannelSource Source, string PublisherId, string Name)
{
    /// <summary>For one of another node, the number of the first message that its reader gets.</summary>
    public ulong From { get; init; }

    /// <summary>For one of another node, how many messages it has had; null where its owner is too old to say.</summary>
    public ulong? Count { get; init; }

    /// <summary>Whether a reader that moved has missed something of it. Threads: the source's shard.</summary>
    public bool HasMissed(ReadChannel reader) =>
        reader.LeftAt is { } left && left != PositionFor(left.Generation != 0);

    /// <summary>How far the channel has come, as nodes count it or by its messages; null where that is not known.</summary>
    private ChannelPosition? PositionFor(bool isBetweenNodes) =>
        Source switch
        {
            PublishedChannel published when !isBetweenNodes => new(0, published.Count),
            PublishedChannel published when published.Count == published.CountBefore =>
                published.CameFrom,
            RemoteChannel remote when isBetweenNodes => new(remote.Generation, From),
            RemoteChannel when Count is { } count => new(0, count),
            _ => null,
        };
}
