using Edge.Mesh.Tests.Simulation.Nodes;

namespace Edge.Mesh.Tests.Simulation;

/// <summary>A PoP: its nodes, some of which may be down, and its servers.</summary>
internal sealed class SimulatedPop(ushort number, BusPlace far, BusPlace? near, int nodes)
{
    /// <summary>Its number; the first is 1.</summary>
    public ushort Number => number;

    /// <summary>Its server of the bus between PoPs.</summary>
    public BusPlace Far => far;

    /// <summary>Its own bus; null when it has none.</summary>
    public BusPlace? Near => near;

    /// <summary>Its nodes; null for one that is down.</summary>
    public SimulatedNode?[] Nodes { get; } = new SimulatedNode?[nodes];
}
