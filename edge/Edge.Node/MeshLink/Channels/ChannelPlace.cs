namespace Edge.Node.MeshLink.Channels;

/// <summary>From where on a node takes a channel's messages.</summary>
/// <param name="Generation">Which life of the channel.</param>
/// <param name="Number">The number of the next message.</param>
internal sealed record ChannelPlace(ulong Generation, ulong Number);
