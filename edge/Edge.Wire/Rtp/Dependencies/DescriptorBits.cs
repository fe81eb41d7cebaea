using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtp.Dependencies;

/// <summary>What a dependency descriptor tells without the structure it refers to.</summary>
/// <remarks>Source: AV1 RTP specification, appendix A.8.</remarks>
public static class DescriptorBits
{
    private const int MandatoryBytes = 3;
    private const int FrameNumberOffset = 1;
    private const byte StartBit = 0x80;
    private const byte EndBit = 0x40;
    private const byte StructureBit = 0x80;

    /// <summary>Whether a structure comes with it: its frame refers to nothing before it.</summary>
    [HotPath]
    public static bool HasStructure(ReadOnlySpan<byte> data) =>
        data.Length > MandatoryBytes && (data[MandatoryBytes] & StructureBit) != 0;

    /// <summary>Whether the packet is the first of its frame.</summary>
    [HotPath]
    public static bool StartsFrame(ReadOnlySpan<byte> data) =>
        data.Length >= MandatoryBytes && (data[0] & StartBit) != 0;

    /// <summary>Whether the packet is the last of its frame.</summary>
    [HotPath]
    public static bool EndsFrame(ReadOnlySpan<byte> data) =>
        data.Length >= MandatoryBytes && (data[0] & EndBit) != 0;

    /// <summary>The frame's number; false when the data is too short to be a descriptor.</summary>
    [HotPath]
    public static bool TryReadFrameNumber(ReadOnlySpan<byte> data, out ushort number)
    {
        number = 0;
        if (data.Length < MandatoryBytes)
        {
            return false;
        }

        number = BinaryPrimitives.ReadUInt16BigEndian(data[FrameNumberOffset..]);
        return true;
    }
}
