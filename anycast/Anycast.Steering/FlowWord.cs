using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>What a node says of a flow.</summary>
/// <param name="Client">The client's address.</param>
/// <param name="Shard">The owner's shard.</param>
public readonly record struct FlowWord(NetworkAddress Client, byte Shard)
{
    /// <summary>Whether the flow is nobody's now; else it is the node's.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Whether that was said before. It says nothing of when.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether the client is known to be there.</summary>
    public FlowProof Proof { get; init; }

    /// <summary>How long ago that was proved, in the milliseconds that a letter has room for.</summary>
    public TimeSpan ProvedAgo { get; init; }
}
