namespace Edge.Mesh.Demand;

/// <summary>The layers of a track that other nodes watch, one bit each.</summary>
/// <param name="Near">Those of nodes of this PoP.</param>
/// <param name="Far">Those of nodes of other PoPs.</param>
public readonly record struct CarriedLayers(uint Near, uint Far)
{
    /// <summary>Those that anybody watches.</summary>
    public uint All => Near | Far;
}
