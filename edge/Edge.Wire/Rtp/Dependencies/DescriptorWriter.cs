using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Bits;

namespace Edge.Wire.Rtp.Dependencies;

/// <summary>Writes a dependency descriptor for one receiver: another frame number, and the active targets
/// where they are to be said.</summary>
/// <remarks>Everything else is copied bit by bit, so a structure arrives as the encoder wrote it.
/// Source: AV1 RTP specification, appendix A.8.</remarks>
public static class DescriptorWriter
{
    /// <summary>The longest descriptor: what an element can carry (RFC 8285 §4.3).</summary>
    public const int BytesMax = byte.MaxValue;

    private const int FrameNumberOffset = 1;
    private const int ShortBytes = 3;
    private const int FlagsOffset = ShortBytes;
    private const int FlagBits = 5;
    private const int FlagsEnd = (8 * ShortBytes) + FlagBits;
    private const byte ActiveTargetsBit = 0x40;
    private const uint ActiveTargetsFlag = 0x08;

    /// <summary>How long the copy will be.</summary>
    [HotPath]
    public static int LengthOf(ReadOnlySpan<byte> source, in DescriptorEdit edit)
    {
        if (!AddsMask(source, edit))
        {
            return source.Length;
        }

        var length = (Math.Max(8 * source.Length, FlagsEnd) + edit.TargetCount + 7) / 8;
        return length <= BytesMax ? length : source.Length;
    }

    /// <summary>Writes the copy; returns its length, 0 when it does not fit or the source is too short for
    /// one. A mask for which an element has no room is left out.</summary>
    /// <param name="source">The element's data, which parsed.</param>
    /// <param name="edit">What differs.</param>
    /// <param name="destination">Where to write.</param>
    [HotPath]
    public static int Write(
        ReadOnlySpan<byte> source,
        in DescriptorEdit edit,
        Span<byte> destination
    )
    {
        var length = LengthOf(source, edit);
        if (source.Length < ShortBytes || length > destination.Length)
        {
            return 0;
        }

        var copy = destination[..length];
        if (length == source.Length && (edit.TargetCount == 0 || AddsMask(source, edit)))
        {
            source.CopyTo(copy);
        }
        else
        {
            copy.Clear();
            WriteWithMask(source, edit, copy);
        }

        var number = BinaryPrimitives.ReadUInt16BigEndian(source[FrameNumberOffset..]);
        BinaryPrimitives.WriteUInt16BigEndian(
            copy[FrameNumberOffset..],
            unchecked((ushort)(number - edit.FrameOffset))
        );
        return length;
    }

    private static bool HasMask(ReadOnlySpan<byte> source) =>
        source.Length > FlagsOffset && (source[FlagsOffset] & ActiveTargetsBit) != 0;

    private static bool AddsMask(ReadOnlySpan<byte> source, in DescriptorEdit edit) =>
        edit.TargetCount > 0 && !HasMask(source);

    private static void WriteWithMask(
        ReadOnlySpan<byte> source,
        in DescriptorEdit edit,
        Span<byte> copy
    )
    {
        var hadMask = HasMask(source);
        var reader = new BitReader(source);
        var writer = new BitWriter(copy);
        writer.Copy(ref reader, 8 * ShortBytes);
        // A short descriptor has no flags: the reader gives zeros for them.
        writer.Write(reader.ReadBits(FlagBits) | ActiveTargetsFlag, FlagBits);
        writer.Copy(ref reader, edit.MaskOffset - FlagsEnd);
        writer.Write(edit.ActiveTargets, edit.TargetCount);
        reader.Skip(hadMask ? edit.TargetCount : 0);
        writer.Copy(ref reader, (8 * source.Length) - reader.Offset);
    }
}
