using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;

namespace Edge.Node.Shards;

/// <summary>A received media packet on its way to a shard with viewers.</summary>
/// <param name="Source">The publisher's track.</param>
/// <param name="Packet">The packet; a claim on its slot travels along.</param>
internal readonly record struct MediaMessage(TrackSource Source, TrackPacket Packet);
