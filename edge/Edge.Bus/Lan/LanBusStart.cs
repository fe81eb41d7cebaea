using System.Collections.Immutable;
using System.Net.Sockets;

namespace Edge.Bus.Lan;

/// <summary>The outcome of starting a bus.</summary>
public abstract record LanBusStart
{
    private LanBusStart() { }

    /// <summary>It runs.</summary>
    /// <param name="Bus">The bus; whoever asked for it disposes it.</param>
    public sealed record Running(LanBus Bus) : LanBusStart;

    /// <summary>Its options are wrong.</summary>
    /// <param name="Problems">A sentence for each problem.</param>
    public sealed record Misconfigured(ImmutableArray<string> Problems) : LanBusStart;

    /// <summary>The system refused the address to listen on.</summary>
    /// <param name="Error">The system's error.</param>
    public sealed record Unbound(SocketError Error) : LanBusStart;
}
