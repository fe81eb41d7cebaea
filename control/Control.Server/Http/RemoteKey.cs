using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Control.Server.Http;

/// <summary>What counts as one remote when requests are counted.</summary>
internal static class RemoteKey
{
    /// <summary>The key of an address: one IPv6 customer has at least a /64 (RFC 6177), so that much is
    /// one remote.</summary>
    public static ulong From(IPAddress? remote)
    {
        var address = remote ?? IPAddress.None;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes) | (1UL << 63);
    }
}
