using System.Buffers.Binary;

namespace Edge.Wire.Mesh.MessagePack;

/// <summary>How long values are, without looking at what they say.</summary>
internal static class MessagePackMeasure
{
    /// <summary>Of the codes from nil on: bytes before what a count counts, or of the whole value where
    /// there is no count; 0 for the code that is never used.</summary>
    private static ReadOnlySpan<byte> HeadBytes =>
        [
            1, // Nil.
            0, // Reserved.
            1, // False and true.
            1,
            2, // Bytes: behind a length of 1, 2 or 4 bytes.
            3,
            5,
            3, // Extensions: behind a length and their type.
            4,
            6,
            5, // Floats.
            9,
            2, // Unsigned numbers.
            3,
            5,
            9,
            2, // Signed numbers.
            3,
            5,
            9,
            3, // Extensions of 1, 2, 4, 8 and 16 bytes.
            4,
            6,
            10,
            18,
            2, // Texts.
            3,
            5,
            3, // Arrays.
            5,
            3, // Maps.
            5,
        ];

    /// <summary>Length of the value at the start of some bytes, the values inside it left out, and how many
    /// of those there are.</summary>
    /// <param name="bytes">At least one.</param>
    /// <param name="length">Not more than there are bytes.</param>
    /// <param name="inside">Values that follow as part of it; not checked.</param>
    public static MeshParseError TryMeasure(
        ReadOnlySpan<byte> bytes,
        out int length,
        out long inside
    )
    {
        var code = bytes[0];
        (length, inside) = (1, 0);
        if (code is <= MessagePackCode.PositiveNumberMax or >= MessagePackCode.NegativeNumberMin)
        {
            return MeshParseError.None;
        }

        if (code < MessagePackCode.Nil)
        {
            return TryMeasureShort(code, bytes.Length, out length, out inside);
        }

        var head = HeadBytes[code - MessagePackCode.Nil];
        if (head == 0)
        {
            return MeshParseError.ReservedCode;
        }

        if (head > bytes.Length)
        {
            return MeshParseError.Truncated;
        }

        var counted = 0L;
        switch (code)
        {
            case >= MessagePackCode.Binary8 and <= MessagePackCode.Binary32:
            case >= MessagePackCode.Text8 and <= MessagePackCode.Text32:
                counted = ReadCount(bytes[1..head]);
                break;
            case >= MessagePackCode.Extension8 and < MessagePackCode.Float32:
                counted = ReadCount(bytes[1..(head - 1)]);
                break;
            case MessagePackCode.Array16 or MessagePackCode.Array32:
                inside = ReadCount(bytes[1..head]);
                break;
            case MessagePackCode.Map16 or MessagePackCode.Map32:
                inside = 2 * ReadCount(bytes[1..head]);
                break;
            default:
                break;
        }

        if (counted > bytes.Length - head)
        {
            return MeshParseError.Truncated;
        }

        length = head + (int)counted; // Not more than there are bytes.
        return MeshParseError.None;
    }

    /// <summary>A length or count of 1, 2 or 4 bytes.</summary>
    public static long ReadCount(ReadOnlySpan<byte> count) =>
        count.Length switch
        {
            1 => count[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(count),
            _ => BinaryPrimitives.ReadUInt32BigEndian(count),
        };

    /// <summary>A map, an array or a text whose count stands in its code.</summary>
    private static MeshParseError TryMeasureShort(
        byte code,
        int bytesLeft,
        out int length,
        out long inside
    )
    {
        (length, inside) = (1, 0);
        if (code < MessagePackCode.ShortText)
        {
            var count = code & MessagePackCode.ShortCountMax;
            inside = code < MessagePackCode.ShortArray ? 2 * count : count;
            return MeshParseError.None;
        }

        length = 1 + (code & MessagePackCode.ShortTextBytesMax);
        return length > bytesLeft ? MeshParseError.Truncated : MeshParseError.None;
    }
}
