using Edge.Forwarding.Tracks;
using Edge.Mesh;
using Edge.Node.Sessions;

namespace Edge.Node.MeshLink;

/// <summary>A packet on its way to other nodes.</summary>
/// <param name="Source">The publisher's track.</param>
/// <param name="Packet">The packet; a claim on its slot travels along.</param>
/// <param name="Watcher">The one node it is for, when it comes out of the cache.</param>
/// <param name="IsReplay">Whether it comes out of the cache.</param>
internal readonly record struct CarriedPacket(
    TrackSource Source,
    TrackPacket Packet,
    NodeAddress Watcher = default,
    bool IsReplay = false
);
