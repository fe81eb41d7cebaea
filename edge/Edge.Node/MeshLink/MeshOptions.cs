using Edge.Bus;

namespace Edge.Node.MeshLink;

/// <summary>How a node reaches the others.</summary>
/// <remarks>The buses are the caller's: it opens them before the node and closes them after it.</remarks>
public sealed record MeshOptions
{
    /// <summary>The bus of this PoP. Default: none, so that <see cref="Far"/> carries everything.</summary>
    public IBus? Near { get; init; }

    /// <summary>The bus between PoPs, for what is small. Default: none.</summary>
    public IBus? Far { get; init; }

    /// <summary>The bus between PoPs for media: a connection of its own, so that media never waits in front
    /// of a request. Default: <see cref="Far"/>.</summary>
    public IBus? FarMedia { get; init; }

    /// <summary>Whether there is any bus.</summary>
    public bool IsConnectable => Near is not null || Far is not null;
}
