using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>A reader elsewhere that may reply, as its right goes on at another node.</summary>
/// <param name="Watcher">Its node.</param>
/// <param name="Number">Its number there.</param>
/// <param name="Grant">A number that this right has alone.</param>
/// <param name="Last">The number of its last reply.</param>
internal sealed record ReplierMemory(MeshWatcher Watcher, ulong Number, ulong Grant, ulong Last);
