namespace Edge.Mesh.Exports;

/// <summary>One publisher of a track that others watch: which one it is, and what is said of its packets.</summary>
/// <remarks>Immutable. One is made for each publisher: two are the same when they are the same object.</remarks>
/// <param name="name">Which publisher of the track it is.</param>
/// <param name="description">What <see cref="Wire.Mesh.Frames.MeshDescription.Write"/> wrote; empty for nothing.</param>
public sealed class ExportedSource(SourceName name, byte[] description)
{
    /// <summary>Which publisher of the track it is.</summary>
    public SourceName Name => name;

    /// <summary>What is said of its packets.</summary>
    public ReadOnlySpan<byte> Description => description;
}
