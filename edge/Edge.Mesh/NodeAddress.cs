namespace Edge.Mesh;

/// <summary>Names a node among all PoPs, as its owner codes do.</summary>
/// <param name="Pop">The number of its PoP.</param>
/// <param name="Node">Its number within the PoP.</param>
public readonly record struct NodeAddress(ushort Pop, ushort Node);
