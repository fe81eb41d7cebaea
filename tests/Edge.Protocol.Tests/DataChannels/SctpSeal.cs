using System.Buffers.Binary;
using System.Numerics;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>Writes the right checksum into a packet that a test changed.</summary>
internal static class SctpSeal
{
    public static void Seal(Span<byte> packet)
    {
        if (packet.Length < 12)
        {
            return;
        }

        packet.Slice(8, 4).Clear();
        var crc = uint.MaxValue;
        foreach (var value in packet)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(packet[8..], ~crc);
    }
}
