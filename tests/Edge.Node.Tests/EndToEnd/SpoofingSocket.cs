using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Edge.Primitives;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Sends datagrams with anybody's source address, on loopback: a raw socket, so it needs root.</summary>
internal sealed class SpoofingSocket : IDisposable
{
    private const int IpHeaderBytes = 20;
    private const int UdpHeaderBytes = 8;
    private const byte VersionAndLength = 0x45;
    private const byte TimeToLive = 64;
    private const byte ProtocolUdp = 17;

    private readonly Socket _socket = new(
        AddressFamily.InterNetwork,
        SocketType.Raw,
        ProtocolType.Raw
    );

    public SpoofingSocket() =>
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);

    /// <summary>Sends a datagram from one address to another. IPv4 (RFC 791 §3.1) and UDP (RFC 768) headers;
    /// the kernel fills in the IP checksum, UDP's is left out.</summary>
    public void Send(NetworkAddress from, NetworkAddress to, ReadOnlySpan<byte> datagram)
    {
        var packet = new byte[IpHeaderBytes + UdpHeaderBytes + datagram.Length];
        packet[0] = VersionAndLength;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = TimeToLive;
        packet[9] = ProtocolUdp;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), from.IPv4);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), to.IPv4);
        var udp = packet.AsSpan(IpHeaderBytes);
        BinaryPrimitives.WriteUInt16BigEndian(udp, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        datagram.CopyTo(udp[UdpHeaderBytes..]);
        _ = _socket.SendTo(packet, new IPEndPoint(IPAddress.Loopback, 0));
    }

    public void Dispose() => _socket.Dispose();
}
