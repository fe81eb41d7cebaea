using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.Shards.Connections;

/// <summary>A frame on its way to the shard that owns the connection it leaves by.</summary>
/// <param name="Session">The session it is from.</param>
/// <param name="Destination">The connection's far end.</param>
/// <param name="Handle">The slot with the frame; its claim travels along.</param>
/// <param name="Length">Bytes of the frame.</param>
internal readonly record struct ConnectionReply(
    Session Session,
    NetworkAddress Destination,
    PacketHandle Handle,
    ushort Length
);
