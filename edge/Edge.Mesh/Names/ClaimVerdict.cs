namespace Edge.Mesh.Names;

/// <summary>What a claim of another node means here.</summary>
public enum ClaimVerdict : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>The own claim is newer and is said, as one that was said before.</summary>
    SayAgain,

    /// <summary>The own claim was made newer and is said.</summary>
    Say,

    /// <summary>The other node is to be asked what it publishes.</summary>
    Ask,
}
