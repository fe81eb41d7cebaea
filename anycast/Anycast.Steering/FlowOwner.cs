namespace Anycast.Steering;

/// <summary>Where the packets of a flow belong.</summary>
/// <param name="Node">The number of the node within the PoP.</param>
/// <param name="Shard">Its shard; a number beyond its shards stands for any of them.</param>
public readonly record struct FlowOwner(ushort Node, byte Shard);
