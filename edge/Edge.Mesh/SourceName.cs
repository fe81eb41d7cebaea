namespace Edge.Mesh;

/// <summary>Which publisher's run of a track it is, the same at every node that has the track, also after the publisher has
/// moved to another node.</summary>
/// <param name="Life">The life of the node at which the track became known, of those that it had.</param>
/// <param name="Epoch">Which publisher of the track it is; rises by one, wrapping.</param>
public readonly record struct SourceName(ulong Life, ushort Epoch);
