namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>A packet on its way from a publisher to its node.</summary>
internal readonly record struct PublishedPacket(
    MediaStamp Stamp,
    long Sequence,
    uint Timestamp,
    int Bytes
);
