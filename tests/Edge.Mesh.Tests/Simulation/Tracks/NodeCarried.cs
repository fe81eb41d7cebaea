using Edge.Forwarding.Tracks;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>A packet between the shard and the mesh's thread: Edge.Node's CarriedPacket.</summary>
internal readonly record struct NodeCarried(
    NodeSource Source,
    TrackPacket Packet,
    NodeAddress Watcher = default,
    bool IsReplay = false
);
