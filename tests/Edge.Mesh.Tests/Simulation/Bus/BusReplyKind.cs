namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>What became of a request.</summary>
internal enum BusReplyKind
{
    Answered,
    NoResponders,
    TimedOut,
    Unavailable,
}
