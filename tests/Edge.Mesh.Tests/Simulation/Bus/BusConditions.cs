using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>What one direction between two servers does to messages. The defaults are a perfect wire.</summary>
internal sealed record BusConditions
{
    /// <summary>Propagation time, one way.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Most that the delay is longer, uniformly; order is kept, as on one TCP connection.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Chance that a message is lost, each for itself, as from a queue that is full for a moment.</summary>
    public double Loss { get; init; }

    /// <summary>What the link carries. Zero: any.</summary>
    public Bitrate Rate { get; init; }

    /// <summary>What waits before the link at most; a message beyond it is lost as a whole. Chosen: what a NATS
    /// server keeps for a slow route is more, but then it closes the connection.</summary>
    public long QueueBytes { get; init; } = 1024 * 1024;
}
