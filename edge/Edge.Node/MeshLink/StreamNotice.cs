namespace Edge.Node.MeshLink;

/// <summary>Says that a node publishes a stream.</summary>
/// <param name="Generation">When its publisher came.</param>
/// <param name="Pop">The number of the node's PoP.</param>
/// <param name="Node">The number of the node.</param>
internal sealed record StreamNotice(ulong Generation, ushort Pop, ushort Node)
{
    /// <summary>Whether this was said before: the publisher has been there for a while.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether it is not so any more.</summary>
    public bool HasEnded { get; init; }
}
