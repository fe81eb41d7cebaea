using Edge.Forwarding.Tracks;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <summary>The bounds of a node.</summary>
internal sealed record NodeLimits
{
    /// <summary>What its tracks keep.</summary>
    public TrackOptions Track { get; init; } = new() { VideoCachePackets = 256 };

    /// <summary>Bytes of frames that wait for its shard. Source: Shard.FrameBytesMax.</summary>
    public int InboxBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Packets that wait for the mesh's thread. Source: MeshEngine.PlacesTotal.</summary>
    public int RingPacketsMax { get; init; } = 16_384;
}
