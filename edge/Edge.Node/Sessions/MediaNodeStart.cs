using System.Collections.Immutable;
using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>The outcome of starting a node.</summary>
public abstract record MediaNodeStart
{
    private MediaNodeStart() { }

    /// <summary>It runs.</summary>
    /// <param name="Node">The node; whoever asked for it disposes it.</param>
    public sealed record Running(MediaNode Node) : MediaNodeStart;

    /// <summary>Its options are wrong.</summary>
    /// <param name="Problems">A sentence for each problem.</param>
    public sealed record Misconfigured(ImmutableArray<string> Problems) : MediaNodeStart;

    /// <summary>The system refused the media address.</summary>
    /// <param name="Protocol">Over what: "UDP" or "TCP".</param>
    /// <param name="Error">The system's error.</param>
    public sealed record Unbound(string Protocol, SystemError Error) : MediaNodeStart;

    /// <summary>The system refused an address that media and HTTPS were to share.</summary>
    /// <param name="Address">The address.</param>
    /// <param name="Error">The system's error.</param>
    public sealed record FrontUnbound(NetworkAddress Address, SystemError Error) : MediaNodeStart;

    /// <summary>The system refused the address at which other nodes pass datagrams on to this one.</summary>
    /// <param name="Error">The system's error.</param>
    public sealed record HopUnbound(SystemError Error) : MediaNodeStart;
}
