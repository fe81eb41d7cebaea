using System.Buffers.Binary;
using Edge.Primitives;

namespace Anycast.Steering;

/// <summary>An address within a header: 16 bytes (an IPv4 address mapped into IPv6, RFC 4291 §2.5.5.2), then the port,
/// big endian.</summary>
internal static class WireAddress
{
    private const int AddressBytes = 16;

    /// <summary>Its length.</summary>
    public const int Bytes = AddressBytes + sizeof(ushort);

    /// <summary>Writes one.</summary>
    [HotPath]
    public static void Write(Span<byte> destination, in NetworkAddress address)
    {
        address.WriteIPv6(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[AddressBytes..], address.Port);
    }

    /// <summary>Reads one.</summary>
    [HotPath]
    public static NetworkAddress Read(ReadOnlySpan<byte> source) =>
        NetworkAddress.FromIPv6(
            source[..AddressBytes],
            BinaryPrimitives.ReadUInt16BigEndian(source[AddressBytes..])
        );
}
