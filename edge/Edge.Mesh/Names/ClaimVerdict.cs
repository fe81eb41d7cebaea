namespace Edge.Mesh.Names;

/// <summary>What a claim of another node means here.</summary>
public enum ClaimVerdict : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The own claim is the newer one, and is said.</summary>
    Answer,

    /// <summary>The other node is to be asked what it publishes.</summary>
    Ask,
}
