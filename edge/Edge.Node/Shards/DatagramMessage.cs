using Edge.Node.Sessions;

namespace Edge.Node.Shards;

/// <summary>A datagram on its way to the shard that owns its session.</summary>
/// <param name="Session">The session it was found to be for.</param>
/// <param name="Arrival">The datagram; its claim travels along.</param>
internal readonly record struct DatagramMessage(Session Session, Arrival Arrival);
