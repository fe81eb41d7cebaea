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
}
