using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>Reads and writes <c>struct sockaddr_in</c> and <c>sockaddr_in6</c>.</summary>
/// <remarks>
/// Shape: family in host order (2), port in network order (2); then IPv4: address (4), zeros (8);
/// IPv6: flow label (4), address (16), scope (4).
/// </remarks>
internal static class SocketAddress
{
    /// <summary>Room for either shape.</summary>
    internal const int BytesMax = 28;

    private const int PortOffset = 2;
    private const int IPv4Offset = 4;
    private const int IPv4Bytes = 16;
    private const int IPv6Offset = 8;
    private const int IPv6Bytes = 28;

    /// <summary>Writes an address in the shape of a socket's family; returns its length, or 0 when the
    /// family cannot carry it (IPv6 on an IPv4 socket).</summary>
    internal static int Write(Span<byte> destination, int family, in NetworkAddress address)
    {
        MemoryMarshal.Write(destination, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(destination[PortOffset..], address.Port);
        if (family == LibC.FamilyIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[IPv4Offset..], address.IPv4);
            destination[(IPv4Offset + 4)..IPv4Bytes].Clear();
            return address.IsIPv4 ? IPv4Bytes : 0;
        }

        destination[IPv4Offset..IPv6Offset].Clear();
        address.WriteIPv6(destination[IPv6Offset..]);
        destination[(IPv6Offset + 16)..IPv6Bytes].Clear();
        return IPv6Bytes;
    }

    /// <summary>Reads what the kernel wrote; the unset address for any other family.</summary>
    internal static NetworkAddress Read(ReadOnlySpan<byte> source)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(source[PortOffset..]);
        return MemoryMarshal.Read<ushort>(source) switch
        {
            LibC.FamilyIPv4 => NetworkAddress.FromIPv4(
                BinaryPrimitives.ReadUInt32BigEndian(source[IPv4Offset..]),
                port
            ),
            LibC.FamilyIPv6 => NetworkAddress.FromIPv6(source.Slice(IPv6Offset, 16), port),
            _ => default,
        };
    }
}
