using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>How to open a <see cref="UdpSocket"/>.</summary>
/// <param name="Local">The address to bind. IPv4 gives an IPv4 socket; IPv6 an IPv6 socket that takes
/// IPv4 as well when the address is the wildcard. Port 0 lets the kernel choose.</param>
/// <param name="ReceiveBufferBytes">Kernel buffer for datagrams not yet read.</param>
/// <param name="SendBufferBytes">Kernel buffer for datagrams not yet on the wire.</param>
public sealed record UdpSocketOptions(
    NetworkAddress Local,
    int ReceiveBufferBytes = UdpSocketOptions.BufferBytesDefault,
    int SendBufferBytes = UdpSocketOptions.BufferBytesDefault
)
{
    /// <summary>Chosen: 50 ms at 64,000 packets/s is 3200 packets, each charged about 2.3 KB by the
    /// kernel's accounting (skb truesize) for 1200 bytes.</summary>
    public const int BufferBytesDefault = 8 * 1024 * 1024;

    /// <summary>Whether other sockets of the same user may bind the same port, as those of a node's shards do.
    /// Default true. A client's may not: asked for any free port, the kernel gives one to several sockets
    /// that allow it.</summary>
    public bool SharesPort { get; init; } = true;

    /// <summary>Whether the kernel is asked when each datagram came. Default false: it stamps every packet
    /// of the machine then.</summary>
    public bool StampsArrivals { get; init; }

    /// <summary>Whether runs of datagrams may leave as one message where the kernel can cut them (UDP_SEGMENT). Default
    /// true.</summary>
    public bool AllowsSegments { get; init; } = true;

    /// <summary>Whether the local address stands for every address of the machine.</summary>
    public bool IsWildcard =>
        Local.IsIPv4 ? Local.IPv4 == 0 : Local.WithPort(0) == default(NetworkAddress);
}
