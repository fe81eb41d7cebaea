using System.Buffers.Binary;
using System.Numerics;

namespace Edge.Wire.Sctp;

/// <summary>The checksum of SCTP: CRC-32 with Castagnoli's polynomial (RFC 9260 appendix A).</summary>
/// <remarks>The runtime uses the processor's instruction (SSE4.2, ARMv8) where there is one and a table
/// where there is none.</remarks>
internal static class Crc32c
{
    private const uint Start = uint.MaxValue;

    /// <summary>The checksum of some bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(Start, bytes);

    /// <summary>The checksum of a packet whose checksum field counts as zero.</summary>
    public static uint ComputePacket(ReadOnlySpan<byte> packet)
    {
        var crc = BitOperations.Crc32C(Start, BinaryPrimitives.ReadUInt64LittleEndian(packet));
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Append(crc, packet[SctpPacket.HeaderBytes..]);
    }

    private static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
