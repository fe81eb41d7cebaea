using Edge.Mesh.Tests.Simulation.Bus;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <summary>A server to connect to.</summary>
internal sealed record BusPlace(SimulatedBus Bus, BusServer Server);
