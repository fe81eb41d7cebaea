using System.Buffers.Binary;
using System.Text;

namespace Edge.Wire.Tests.Mesh;

/// <summary>A value of a type that no message of ours has: a map, a float or an extension.</summary>
internal sealed record SlowOther;

/// <summary>A slow and plain reading of the MessagePack specification, section "Formats", into objects: null,
/// bool, ulong, long where negative, byte[], SlowText, SlowOther and object?[].</summary>
internal sealed class SlowMessagePack(byte[] bytes)
{
    private int _offset;

    /// <summary>The one value that the bytes are; false when they are not exactly one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out object? value)
    {
        var reader = new SlowMessagePack([.. bytes]);
        try
        {
            value = reader.Read();
            if (reader._offset == bytes.Length)
            {
                return true;
            }
        }
        catch (SlowFailure)
        {
            // Falls out of the values, as what has bytes behind it does.
        }

        value = null;
        return false;
    }

    private object? Read()
    {
        var code = Take(1)[0];
        return code switch
        {
            <= 0x7F => (ulong)code,
            <= 0x8F => Map(code & 15),
            <= 0x9F => Array(code & 15),
            <= 0xBF => new SlowText(Take((uint)code & 31)),
            0xC0 => null,
            0xC1 => throw new SlowFailure(),
            0xC2 => false,
            0xC3 => true,
            0xC4 => Take(Number(1)),
            0xC5 => Take(Number(2)),
            0xC6 => Take(Number(4)),
            0xC7 => Other(Number(1) + 1),
            0xC8 => Other(Number(2) + 1),
            0xC9 => Other(Number(4) + 1),
            0xCA => Other(4),
            0xCB => Other(8),
            0xCC => Number(1),
            0xCD => Number(2),
            0xCE => Number(4),
            0xCF => Number(8),
            0xD0 => Signed((sbyte)Number(1)),
            0xD1 => Signed((short)Number(2)),
            0xD2 => Signed((int)Number(4)),
            0xD3 => Signed((long)Number(8)),
            0xD4 => Other(2),
            0xD5 => Other(3),
            0xD6 => Other(5),
            0xD7 => Other(9),
            0xD8 => Other(17),
            0xD9 => new SlowText(Take(Number(1))),
            0xDA => new SlowText(Take(Number(2))),
            0xDB => new SlowText(Take(Number(4))),
            0xDC => Array((long)Number(2)),
            0xDD => Array((long)Number(4)),
            0xDE => Map((long)Number(2)),
            0xDF => Map((long)Number(4)),
            _ => (long)(sbyte)code,
        };
    }

    private ulong Number(int width)
    {
        var padded = new byte[8];
        Take((ulong)width).CopyTo(padded, 8 - width);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    private static object Signed(long value) => value < 0 ? value : (ulong)value;

    private object?[] Array(long count)
    {
        var elements = new List<object?>();
        while (elements.Count < count)
        {
            elements.Add(Read());
        }

        return [.. elements];
    }

    private SlowOther Map(long count)
    {
        for (var index = 0L; index < 2 * count; index++)
        {
            Read();
        }

        return new();
    }

    private SlowOther Other(ulong length)
    {
        Take(length);
        return new();
    }

    private byte[] Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - _offset))
        {
            throw new SlowFailure();
        }

        var start = _offset;
        _offset += (int)length;
        return bytes[start.._offset];
    }

    private sealed class SlowFailure : Exception;
}

/// <summary>A text as the bytes it came in.</summary>
internal sealed record SlowText(byte[] Utf8)
{
    public override string ToString() => Encoding.UTF8.GetString(Utf8);
}
