namespace Edge.Node.MeshLink.Channels;

/// <summary>From where on a node takes a channel's messages.</summary>
/// <param name="Generation">Which life of the channel.</param>
/// <param name="Number">The number of the next message.</param>
/// <param name="Count">How many messages the channel has had, the one before the next included; more where some are on
/// their way from its shard.</param>
internal sealed record ChannelPlace(ulong Generation, ulong Number, ulong Count);
