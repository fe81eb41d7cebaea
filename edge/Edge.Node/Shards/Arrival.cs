using Edge.Primitives;

namespace Edge.Node.Shards;

/// <summary>A received datagram in its pool slot, with where it came from and where it came in.</summary>
/// <param name="Source">The sender's address.</param>
/// <param name="Local">The address it was sent to; unset unless the socket is bound to a wildcard.</param>
/// <param name="Handle">The slot; the claim belongs to whoever holds this value.</param>
/// <param name="Length">Bytes of the datagram.</param>
/// <param name="At">When it came to the machine, on the node's timeline.</param>
/// <param name="Shard">The shard whose socket received it.</param>
/// <param name="Via">The number of the node of the PoP that it came to and that passed it on; 0 when it came here, this one's own when
/// it is not known where it came.</param>
internal readonly record struct Arrival(
    NetworkAddress Source,
    NetworkAddress Local,
    PacketHandle Handle,
    ushort Length,
    Instant At,
    byte Shard,
    ushort Via = 0
);
