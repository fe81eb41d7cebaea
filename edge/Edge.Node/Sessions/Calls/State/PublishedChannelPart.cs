using Edge.Node.MeshLink.Channels;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>A channel that a client writes, as it was read.</summary>
/// <param name="Id">Its stream id at the client.</param>
/// <param name="Name">Its name.</param>
/// <param name="Count">How many messages it has had.</param>
/// <param name="Memory">As what other nodes know it; null where they do not.</param>
internal sealed record PublishedChannelPart(
    ushort Id,
    string Name,
    ulong Count,
    ChannelMemory? Memory
);
