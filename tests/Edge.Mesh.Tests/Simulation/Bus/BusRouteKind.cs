namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>How two servers are joined, as NATS has it.</summary>
internal enum BusRouteKind
{
    /// <summary>One of a full mesh: what came over one gateway goes over no other.</summary>
    Gateway,

    /// <summary>A branch of a tree: what came over it goes on to all others.</summary>
    Leaf,
}
