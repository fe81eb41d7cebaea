using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Mesh.MessagePack;

/// <summary>Reads MessagePack values from a span in order, numbers and lengths in any width.</summary>
/// <remarks>
/// A call that returns false leaves the reader where it was and says why in <see cref="Error"/>. No length
/// or count is believed that the bytes left cannot hold. Owner: what is read borrows the bytes.
/// Source: MessagePack specification (github.com/msgpack/msgpack, spec.md).
/// </remarks>
public ref struct MessagePackReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _offset;

    /// <summary>Bytes read or skipped.</summary>
    public readonly int OffsetBytes => _offset;

    /// <summary>Whether all bytes were read.</summary>
    public readonly bool IsAtEnd => _offset == _bytes.Length;

    /// <summary>Why the last call that returned false did.</summary>
    public MeshParseError Error { get; private set; }

    /// <summary>Reads nil; false when something else comes next.</summary>
    [HotPath]
    public bool TryReadNil()
    {
        if (!TryPeek(out var code))
        {
            return false;
        }

        if (code != MessagePackCode.Nil)
        {
            return Fail(OtherThan(code));
        }

        _offset++;
        return true;
    }

    /// <summary>Reads true or false.</summary>
    [HotPath]
    public bool TryReadBool(out bool value)
    {
        value = false;
        if (!TryPeek(out var code))
        {
            return false;
        }

        if (code is not (MessagePackCode.True or MessagePackCode.False))
        {
            return Fail(OtherThan(code));
        }

        value = code == MessagePackCode.True;
        _offset++;
        return true;
    }

    /// <summary>Reads a whole number from 0 to a bound, however it was written.</summary>
    [HotPath]
    public bool TryReadUInt(ulong max, out ulong value)
    {
        if (!TryPeekNumber(out value, out var isNegative, out var length))
        {
            return false;
        }

        if (isNegative || value > max)
        {
            value = 0;
            return Fail(MeshParseError.ValueRange);
        }

        _offset += length;
        return true;
    }

    /// <summary>Reads a whole number between bounds, however it was written.</summary>
    [HotPath]
    public bool TryReadInt(long min, long max, out long value)
    {
        value = 0;
        if (!TryPeekNumber(out var bits, out var isNegative, out var length))
        {
            return false;
        }

        var number = unchecked((long)bits); // Two's complement where it is negative.
        if ((!isNegative && bits > long.MaxValue) || number < min || number > max)
        {
            return Fail(MeshParseError.ValueRange);
        }

        value = number;
        _offset += length;
        return true;
    }

    /// <summary>Reads a number of 16 bits.</summary>
    [HotPath]
    public bool TryReadUInt16(out ushort value)
    {
        var isRead = TryReadUInt(ushort.MaxValue, out var number);
        value = unchecked((ushort)number); // Bounded above.
        return isRead;
    }

    /// <summary>Reads a number of 32 bits.</summary>
    [HotPath]
    public bool TryReadUInt32(out uint value)
    {
        var isRead = TryReadUInt(uint.MaxValue, out var number);
        value = unchecked((uint)number); // Bounded above.
        return isRead;
    }

    /// <summary>Reads bytes.</summary>
    [HotPath]
    public bool TryReadBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryPeek(out var code))
        {
            return false;
        }

        var power = code - MessagePackCode.Binary8;
        return power is >= 0 and <= 2
            ? TryReadCounted(1 << power, out value)
            : Fail(OtherThan(code));
    }

    /// <summary>Reads text as the bytes it is made of, which need not be UTF-8.</summary>
    [HotPath]
    public bool TryReadText(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (!TryPeek(out var code))
        {
            return false;
        }

        if ((code & ~MessagePackCode.ShortTextBytesMax) == MessagePackCode.ShortText)
        {
            return TryTake(1, code & MessagePackCode.ShortTextBytesMax, out utf8);
        }

        var power = code - MessagePackCode.Text8;
        return power is >= 0 and <= 2
            ? TryReadCounted(1 << power, out utf8)
            : Fail(OtherThan(code));
    }

    /// <summary>Reads the header of an array; its elements come next. There are at least as many bytes
    /// left as elements.</summary>
    [HotPath]
    public bool TryReadArrayHeader(out int count) =>
        TryReadCount(MessagePackCode.ShortArray, MessagePackCode.Array16, 1, out count);

    /// <summary>Reads the header of an array that has to have at least and at most some elements.</summary>
    [HotPath]
    public bool TryReadArrayHeader(int countMin, int countMax, out int count)
    {
        var start = _offset;
        if (!TryReadArrayHeader(out count))
        {
            return false;
        }

        if (count >= countMin && count <= countMax)
        {
            return true;
        }

        _offset = start;
        return Fail(
            count < countMin ? MeshParseError.MissingElement : MeshParseError.TooManyElements
        );
    }

    /// <summary>Reads the header of a map; a key and a value for each count come next. There are at least
    /// as many bytes left.</summary>
    [HotPath]
    public bool TryReadMapHeader(out int count) =>
        TryReadCount(MessagePackCode.ShortMap, MessagePackCode.Map16, 2, out count);

    /// <summary>Passes over one value of any type with all that is in it.</summary>
    /// <remarks>Cost: a step for each value inside, so never more steps than bytes; a text or a packet is
    /// one step. Nesting costs neither stack nor memory, however deep: what is counted is how many values
    /// are still to come.</remarks>
    [HotPath]
    public bool TrySkip() => TrySkip(1);

    /// <summary>Passes over some values.</summary>
    [HotPath]
    public bool TrySkip(int count)
    {
        var offset = _offset;
        for (long pending = count; pending > 0; )
        {
            // Each value has a byte at least: this bounds the count as well.
            if (pending > _bytes.Length - offset)
            {
                return Fail(MeshParseError.Truncated);
            }

            var error = MessagePackMeasure.TryMeasure(
                _bytes[offset..],
                out var length,
                out var inside
            );
            if (error != MeshParseError.None)
            {
                return Fail(error);
            }

            offset += length;
            pending += inside - 1;
        }

        _offset = offset;
        return true;
    }

    /// <summary>Passes over one value and gives its bytes, header and all.</summary>
    [HotPath]
    public bool TryReadEncoded(out ReadOnlySpan<byte> value)
    {
        var start = _offset;
        var isRead = TrySkip();
        value = _bytes[start.._offset];
        return isRead;
    }

    /// <summary>Notes what is wrong with values that are well-formed; false.</summary>
    internal bool Fail(MeshParseError error)
    {
        Error = error;
        return false;
    }

    /// <summary>The codes of unsigned and signed numbers stand in order of their widths 1, 2, 4, 8.</summary>
    private static int WidthOfNumber(byte code) => 1 << (code & 3);

    private static ulong ReadBigEndian(ReadOnlySpan<byte> number) =>
        number.Length switch
        {
            1 => number[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(number),
            4 => BinaryPrimitives.ReadUInt32BigEndian(number),
            _ => BinaryPrimitives.ReadUInt64BigEndian(number),
        };

    private bool TryPeek(out byte code)
    {
        if (IsAtEnd)
        {
            code = 0;
            return Fail(MeshParseError.Truncated);
        }

        code = _bytes[_offset];
        return true;
    }

    /// <summary>Looks at a number: its bits, sign-extended to 64 when it is negative.</summary>
    private bool TryPeekNumber(out ulong bits, out bool isNegative, out int length)
    {
        (bits, isNegative, length) = (0, false, 1);
        if (!TryPeek(out var code))
        {
            return false;
        }

        if (code <= MessagePackCode.PositiveNumberMax)
        {
            bits = code;
            return true;
        }

        if (code >= MessagePackCode.NegativeNumberMin)
        {
            bits = unchecked((ulong)(sbyte)code);
            isNegative = true;
            return true;
        }

        if (code is < MessagePackCode.Unsigned8 or > MessagePackCode.Signed64)
        {
            return Fail(OtherThan(code));
        }

        var width = WidthOfNumber(code);
        if (_bytes.Length - _offset - 1 < width)
        {
            return Fail(MeshParseError.Truncated);
        }

        length = 1 + width;
        bits = ReadBigEndian(_bytes.Slice(_offset + 1, width));
        if (code >= MessagePackCode.Signed8)
        {
            var unused = 64 - (8 * width);
            bits = unchecked((ulong)((long)(bits << unused) >> unused)); // Extends the sign.
            isNegative = unchecked((long)bits) < 0;
        }

        return true;
    }

    private bool TryReadCount(byte shortCode, byte code16, int valuesEach, out int count)
    {
        count = 0;
        if (!TryPeek(out var code))
        {
            return false;
        }

        var isShort = (code & ~MessagePackCode.ShortCountMax) == shortCode;
        if (!isShort && code != code16 && code != code16 + 1)
        {
            return Fail(OtherThan(code));
        }

        var head =
            isShort ? 1
            : code == code16 ? 3
            : 5;
        var left = _bytes.Length - _offset - head;
        if (left < 0)
        {
            return Fail(MeshParseError.Truncated);
        }

        var number = isShort
            ? code & MessagePackCode.ShortCountMax
            : MessagePackMeasure.ReadCount(_bytes.Slice(_offset + 1, head - 1));
        if (number * valuesEach > left)
        {
            return Fail(MeshParseError.Truncated);
        }

        count = (int)number; // Not more than there are bytes.
        _offset += head;
        return true;
    }

    /// <summary>Reads bytes behind a code and a length of some width.</summary>
    private bool TryReadCounted(int width, out ReadOnlySpan<byte> value)
    {
        if (_bytes.Length - _offset - 1 < width)
        {
            value = default;
            return Fail(MeshParseError.Truncated);
        }

        var length = MessagePackMeasure.ReadCount(_bytes.Slice(_offset + 1, width));
        return TryTake(1 + width, length, out value);
    }

    private bool TryTake(int head, long length, out ReadOnlySpan<byte> value)
    {
        if (length > _bytes.Length - _offset - head)
        {
            value = default;
            return Fail(MeshParseError.Truncated);
        }

        value = _bytes.Slice(_offset + head, (int)length); // Not more than there are bytes.
        _offset += head + value.Length;
        return true;
    }

    private static MeshParseError OtherThan(byte code) =>
        code == MessagePackCode.Reserved ? MeshParseError.ReservedCode : MeshParseError.OtherType;
}
