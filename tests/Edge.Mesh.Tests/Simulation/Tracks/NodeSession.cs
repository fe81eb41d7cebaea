using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Nodes;

namespace Edge.Mesh.Tests.Simulation.Tracks;

/// <summary>A publisher's session: the part of Edge.Node's Session that its track needs.</summary>
internal sealed class NodeSession(SimulatedNode node, SimulatedPublisher publisher, uint number)
{
    public SimulatedNode Node => node;

    public SimulatedPublisher Publisher => publisher;

    public uint Number => number;

    public NodeInlet? Inlet { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>What it is at the node at which it goes on.</summary>
    public NodeSession? Successor { get; set; }

    /// <summary>What it is now.</summary>
    public NodeSession Newest => Successor?.Newest ?? this;

    public bool IsTouched { get; set; }

    /// <summary>Packets that wait for the shard.</summary>
    public Queue<PublishedPacket> Arrived { get; } = new();
}
