namespace Edge.Wire.Mesh.Frames;

/// <summary>Whether more is to come of a track.</summary>
public enum MeshTrackEnd : byte
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>Its publisher ended; another one may take its place.</summary>
    Source,

    /// <summary>It is gone for good.</summary>
    Track,
}
