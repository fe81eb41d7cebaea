using System.Buffers.Binary;

namespace Edge.Wire.Tests.Sctp;

/// <summary>A slow and plain reading of RFC 9260 §3 to compare the fast one with.</summary>
internal static class SlowSctp
{
    private const uint ReversedPolynomial = 0x82F6_3B78;

    /// <summary>CRC32c by dividing bit by bit.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ ReversedPolynomial;
            }
        }

        return ~crc;
    }

    /// <summary>Writes the right checksum into a packet, so that mutations get past it.</summary>
    public static void Seal(Span<byte> packet)
    {
        if (packet.Length >= 12)
        {
            packet.Slice(8, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(packet[8..], Checksum(packet));
        }
    }

    /// <summary>The chunks of a packet, or null when it is none.</summary>
    public static List<(byte Type, byte Flags, byte[] Value)>? Read(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < 16)
        {
            return null;
        }

        byte[] copy = [.. packet];
        Seal(copy);
        if (
            !packet.SequenceEqual(copy)
            || (packet[0] | packet[1]) == 0
            || (packet[2] | packet[3]) == 0
        )
        {
            return null;
        }

        var chunks = new List<(byte Type, byte Flags, byte[] Value)>();
        var offset = 12;
        while (offset < packet.Length)
        {
            if (offset + 4 > packet.Length || chunks.Count == 128)
            {
                return null;
            }

            var length = (packet[offset + 2] << 8) | packet[offset + 3];
            if (length < 4 || offset + length > packet.Length)
            {
                return null;
            }

            chunks.Add(
                (
                    packet[offset],
                    packet[offset + 1],
                    packet[(offset + 4)..(offset + length)].ToArray()
                )
            );
            offset += (length + 3) / 4 * 4;
        }

        return chunks;
    }
}
