namespace Anycast.Steering;

/// <summary>Where the packets of a flow belong.</summary>
/// <param name="Node">The number of the node within its PoP.</param>
/// <param name="Shard">Its shard; a number beyond its shards stands for any of them.</param>
public readonly record struct FlowOwner(ushort Node, byte Shard)
{
    /// <summary>The number of the PoP, if it is another one; null for a node of this PoP.</summary>
    public ushort? OtherPop { get; init; }

    /// <summary>Whether it is a node of this PoP.</summary>
    /// <param name="node">The node's number.</param>
    public bool IsPeer(ushort node) => OtherPop is null && Node == node;
}
