using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Stun;

/// <summary>Reads and writes the value of XOR-MAPPED-ADDRESS.</summary>
/// <remarks>
/// RFC 8489 §14.2, port and address XORed with the magic cookie and the transaction identifier:
/// <code>
/// |0 0 0 0 0 0 0 0|    Family     |         X-Port                |
/// |                X-Address (32 or 128 bits)                     |
/// </code>
/// </remarks>
internal static class StunAddress
{
    /// <summary>Length of the longer form, IPv6.</summary>
    public const int BytesMax = 20;

    private const byte FamilyIPv4 = 1;
    private const byte FamilyIPv6 = 2;
    private const int AddressOffset = 4;

    /// <summary>Reads a value under the 16 bytes of cookie and transaction identifier.</summary>
    public static bool TryReadXored(
        ReadOnlySpan<byte> value,
        ReadOnlySpan<byte> mask,
        out NetworkAddress address
    )
    {
        address = default;
        if (value.Length is not (8 or 20))
        {
            return false;
        }

        var port = unchecked(
            (ushort)(
                BinaryPrimitives.ReadUInt16BigEndian(value[2..])
                ^ BinaryPrimitives.ReadUInt16BigEndian(mask)
            )
        );
        if (value[1] == FamilyIPv4 && value.Length == 8)
        {
            var bits = BinaryPrimitives.ReadUInt32BigEndian(value[AddressOffset..]);
            address = NetworkAddress.FromIPv4(
                bits ^ BinaryPrimitives.ReadUInt32BigEndian(mask),
                port
            );
            return true;
        }

        if (value[1] != FamilyIPv6 || value.Length != 20)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        value[AddressOffset..].CopyTo(bytes);
        Xor(bytes, mask);
        address = NetworkAddress.FromIPv6(bytes, port);
        return true;
    }

    /// <summary>Writes a value of 8 or 20 bytes and returns its length; the span has to have room for
    /// <see cref="BytesMax"/>.</summary>
    public static int WriteXored(
        in NetworkAddress address,
        ReadOnlySpan<byte> mask,
        Span<byte> destination
    )
    {
        destination[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            destination[2..],
            unchecked((ushort)(address.Port ^ BinaryPrimitives.ReadUInt16BigEndian(mask)))
        );
        if (address.IsIPv4)
        {
            destination[1] = FamilyIPv4;
            BinaryPrimitives.WriteUInt32BigEndian(
                destination[AddressOffset..],
                address.IPv4 ^ BinaryPrimitives.ReadUInt32BigEndian(mask)
            );
            return 8;
        }

        destination[1] = FamilyIPv6;
        var bytes = destination.Slice(AddressOffset, 16);
        address.WriteIPv6(bytes);
        Xor(bytes, mask);
        return 20;
    }

    private static void Xor(Span<byte> bytes, ReadOnlySpan<byte> mask)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            bytes[index] ^= mask[index];
        }
    }
}
