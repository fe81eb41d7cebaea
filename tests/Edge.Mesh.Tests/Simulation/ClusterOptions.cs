using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Nodes;

namespace Edge.Mesh.Tests.Simulation;

/// <summary>What a cluster is made of.</summary>
internal sealed record ClusterOptions
{
    public int Pops { get; init; } = 3;

    public int NodesPerPop { get; init; } = 2;

    /// <summary>Whether nodes of a PoP have a bus of their own, as the LAN bus is.</summary>
    public bool HasNear { get; init; } = true;

    /// <summary>Whether the servers of PoPs are leaves of one hub; else each is joined with each.</summary>
    public bool HasHub { get; init; }

    /// <summary>Between servers of PoPs.</summary>
    public BusConditions Wan { get; init; } =
        new() { Delay = TimeSpan.FromMilliseconds(30), Jitter = TimeSpan.FromMilliseconds(3) };

    /// <summary>Packets that a node holds.</summary>
    public int PoolSlots { get; init; } = 4096;

    /// <summary>By how much clocks of nodes differ at most.</summary>
    public TimeSpan ClockSkewMax { get; init; } = TimeSpan.FromMilliseconds(50);

    public NodeLimits Limits { get; init; } = new();
}
