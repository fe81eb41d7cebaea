namespace Edge.Mesh.Names;

/// <summary>Says that a node publishes a stream: of two, the newer one is right.</summary>
/// <param name="Generation">When its publisher came; grows with each one under the name.</param>
/// <param name="Owner">The node.</param>
public readonly record struct StreamClaim(ulong Generation, NodeAddress Owner)
{
    /// <summary>The claim for the same publisher when it goes on at another node: just newer, so that all follow.</summary>
    public StreamClaim GoingOnAt(NodeAddress heir) => new(Generation + 1, heir);

    /// <summary>Whether it takes the place of another one. Every node decides alike.</summary>
    public bool IsNewerThan(StreamClaim other) =>
        Generation != other.Generation ? Generation > other.Generation
        : Owner.Pop != other.Owner.Pop ? Owner.Pop > other.Owner.Pop
        : Owner.Node > other.Owner.Node;
}
