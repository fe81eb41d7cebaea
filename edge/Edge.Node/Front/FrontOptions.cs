using System.Collections.Immutable;
using Edge.Native.Sockets;
using Edge.Primitives;

namespace Edge.Node.Front;

/// <summary>The port that media over TCP and HTTPS share.</summary>
public sealed record FrontOptions
{
    /// <summary>Most addresses. Chosen: a node's own and an anycast address, each over IPv4 and IPv6, and as many that
    /// are just being changed.</summary>
    public const int AddressesMax = 8;

    /// <summary>Where connections are taken, the node's own address and others, such as an anycast address; wildcards
    /// too. Port 0 lets the kernel choose.</summary>
    public required ImmutableArray<NetworkAddress> Addresses { get; init; }

    /// <summary>The addresses put into SDP candidates, behind those of <c>MediaTcp</c>; a port of 0 stands for that of the first
    /// of <see cref="Addresses"/>. Each leads to this node and no other. Default: the addresses.</summary>
    public ImmutableArray<NetworkAddress> Advertised { get; init; } = [];

    /// <summary>The path of the socket at which a process of this machine takes what is HTTPS.</summary>
    public required string ControlSocket { get; init; }

    /// <summary>Adds a sentence for each problem.</summary>
    internal void Validate(ImmutableArray<string>.Builder problems)
    {
        if (Addresses.IsDefaultOrEmpty || Addresses.Length > AddressesMax)
        {
            problems.Add($"Front has 1 to {AddressesMax} addresses.");
            return;
        }

        if (
            Advertised.IsDefaultOrEmpty
            && Addresses.Any(address => new UdpSocketOptions(address).IsWildcard)
        )
        {
            problems.Add("Front.Advertised must be set when an address is a wildcard.");
        }
    }
}
