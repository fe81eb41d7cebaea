namespace Edge.Wire.Mesh.Demands;

/// <summary>Who wants what follows, and whether that is all.</summary>
/// <param name="Watcher">Who wants it.</param>
/// <param name="Sequence">Rises by one with each message of the watcher to this owner about this app.</param>
/// <param name="IsWhole">Whether it takes the place of everything the watcher wanted before, of this
/// owner and app; otherwise only of what it wanted of the tracks that are named.</param>
public readonly record struct MeshDemandHeader(MeshWatcher Watcher, ulong Sequence, bool IsWhole);
