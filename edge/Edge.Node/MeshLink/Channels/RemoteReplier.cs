using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>A reader at another node that may reply in a channel of this one.</summary>
/// <remarks>Threads: the mesh's, but for what is immutable.</remarks>
/// <param name="watcher">Its node.</param>
/// <param name="number">Its number there.</param>
/// <param name="grant">A number that this right to reply has alone.</param>
/// <param name="first">The number of its next reply.</param>
internal sealed class RemoteReplier(MeshWatcher watcher, ulong number, ulong grant, ulong first = 1)
{
    /// <summary>Its node.</summary>
    public MeshWatcher Watcher => watcher;

    /// <summary>Its number there.</summary>
    public ulong Number => number;

    /// <summary>A number that this right to reply has alone.</summary>
    public ulong Grant => grant;

    /// <summary>What comes of it.</summary>
    public MessageAssembly Replies { get; } = new(grant, first);

    /// <summary>Whether replies are missing, which it is told with the next acknowledgement.</summary>
    public bool HasLoss { get; set; }

    /// <summary>Whether it is a reader of a node.</summary>
    public bool Is(in MeshWatcher node, ulong reader) => node == watcher && reader == number;
}
