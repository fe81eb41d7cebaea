using System.Collections.Immutable;

namespace Edge.Testing.Downlinks;

/// <summary>What a viewer is sent: indexes of a node's sounds and cameras.</summary>
public sealed record ViewerWishes
{
    /// <summary>The sounds. Default the first, which every node has.</summary>
    public ImmutableArray<int> Sounds { get; init; } = [0];

    /// <summary>The cameras.</summary>
    public required ImmutableArray<int> Cameras { get; init; }

    /// <summary>The priority of the first camera; that of the others is 0. Default 0.</summary>
    public int FirstPriority { get; init; }

    /// <summary>Whether it takes retransmissions on a stream of their own (RTX), which tests of its network are made of as well.
    /// Default true.</summary>
    public bool HasRepair { get; init; } = true;
}
