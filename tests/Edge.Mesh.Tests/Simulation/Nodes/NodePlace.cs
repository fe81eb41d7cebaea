using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <summary>What a node has around it.</summary>
/// <param name="Near">The bus of its PoP; null when the other one carries everything.</param>
/// <param name="Far">The bus between PoPs.</param>
/// <param name="Pool">Its packets.</param>
/// <param name="WallOffset">By how much its clock is wrong.</param>
/// <param name="Limits">Its bounds.</param>
internal sealed record NodePlace(
    BusPlace? Near,
    BusPlace Far,
    PacketPool Pool,
    TimeSpan WallOffset,
    NodeLimits Limits
);
