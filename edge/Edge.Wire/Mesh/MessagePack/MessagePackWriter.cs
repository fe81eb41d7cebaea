using System.Buffers.Binary;
using System.Text;
using Edge.Primitives;

namespace Edge.Wire.Mesh.MessagePack;

/// <summary>Writes MessagePack values into a span, each in its shortest form.</summary>
/// <remarks>
/// Shape: values in call order; a value is written whole or not at all, and after one that did not fit
/// nothing is written any more. <see cref="NeededBytes"/> goes on counting, so that a writer over an empty
/// span measures. Whoever writes an array header owes as many values; nobody counts.
/// Source: MessagePack specification (github.com/msgpack/msgpack, spec.md).
/// </remarks>
public ref struct MessagePackWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private long _needed;

    /// <summary>Bytes of all values so far, also of those that did not fit.</summary>
    public readonly long NeededBytes => _needed;

    /// <summary>Whether a value did not fit.</summary>
    public readonly bool HasOverrun => _needed > _destination.Length;

    /// <summary>Bytes written; 0 when a value did not fit.</summary>
    public readonly int Length => HasOverrun ? 0 : (int)_needed; // Within a span.

    /// <summary>Writes nil.</summary>
    [HotPath]
    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    /// <summary>Writes true or false.</summary>
    [HotPath]
    public void WriteBool(bool value) =>
        WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    /// <summary>Writes a number that is not negative.</summary>
    [HotPath]
    public void WriteUInt(ulong value)
    {
        switch (value)
        {
            case <= MessagePackCode.PositiveNumberMax:
                WriteCode(unchecked((byte)value)); // At most 127.
                break;
            case <= byte.MaxValue:
                WriteNumber(MessagePackCode.Unsigned8, value, bytes: 1);
                break;
            case <= ushort.MaxValue:
                WriteNumber(MessagePackCode.Unsigned16, value, bytes: 2);
                break;
            case <= uint.MaxValue:
                WriteNumber(MessagePackCode.Unsigned32, value, bytes: 4);
                break;
            default:
                WriteNumber(MessagePackCode.Unsigned64, value, bytes: 8);
                break;
        }
    }

    /// <summary>Writes a number; one that is not negative becomes an unsigned one.</summary>
    [HotPath]
    public void WriteInt(long value)
    {
        var bits = unchecked((ulong)value); // Two's complement, of which the low bytes are written.
        switch (value)
        {
            case >= 0:
                WriteUInt(bits);
                break;
            case >= unchecked((sbyte)MessagePackCode.NegativeNumberMin):
                WriteCode(unchecked((byte)bits));
                break;
            case >= sbyte.MinValue:
                WriteNumber(MessagePackCode.Signed8, bits, bytes: 1);
                break;
            case >= short.MinValue:
                WriteNumber(MessagePackCode.Signed16, bits, bytes: 2);
                break;
            case >= int.MinValue:
                WriteNumber(MessagePackCode.Signed32, bits, bytes: 4);
                break;
            default:
                WriteNumber(MessagePackCode.Signed64, bits, bytes: 8);
                break;
        }
    }

    /// <summary>Writes bytes.</summary>
    [HotPath]
    public void WriteBinary(scoped ReadOnlySpan<byte> value)
    {
        var code = value.Length switch
        {
            <= byte.MaxValue => MessagePackCode.Binary8,
            <= ushort.MaxValue => MessagePackCode.Binary16,
            _ => MessagePackCode.Binary32,
        };
        if (TryTakeCounted(code, code - MessagePackCode.Binary8, value.Length, out var room))
        {
            value.CopyTo(room);
        }
    }

    /// <summary>Writes text that is UTF-8 already.</summary>
    [HotPath]
    public void WriteText(scoped ReadOnlySpan<byte> utf8)
    {
        if (TryTakeText(utf8.Length, out var room))
        {
            utf8.CopyTo(room);
        }
    }

    /// <summary>Writes text.</summary>
    public void WriteText(scoped ReadOnlySpan<char> text)
    {
        if (TryTakeText(Encoding.UTF8.GetByteCount(text), out var room))
        {
            Encoding.UTF8.GetBytes(text, room);
        }
    }

    /// <summary>Writes the header of an array; its elements follow.</summary>
    [HotPath]
    public void WriteArrayHeader(int count) =>
        WriteCount(count, MessagePackCode.ShortArray, MessagePackCode.Array16);

    /// <summary>Writes the header of a map; twice as many values follow.</summary>
    [HotPath]
    public void WriteMapHeader(int count) =>
        WriteCount(count, MessagePackCode.ShortMap, MessagePackCode.Map16);

    /// <summary>Writes the header of an array in three bytes, the last two of them the count, so that it
    /// can be put right later.</summary>
    [HotPath]
    public void WriteWideArrayHeader(ushort count) =>
        WriteNumber(MessagePackCode.Array16, count, bytes: sizeof(ushort));

    /// <summary>Writes one value or several that are MessagePack already.</summary>
    [HotPath]
    public void WriteEncoded(scoped ReadOnlySpan<byte> values)
    {
        if (TryTake(values.Length, out var room))
        {
            values.CopyTo(room);
        }
    }

    private void WriteCode(byte code)
    {
        if (TryTake(1, out var room))
        {
            room[0] = code;
        }
    }

    private void WriteCount(int count, byte shortCode, byte code16)
    {
        if (count <= MessagePackCode.ShortCountMax)
        {
            WriteCode(unchecked((byte)(shortCode | count))); // A count of 4 bits.
        }
        else if (count <= ushort.MaxValue)
        {
            WriteNumber(code16, (ulong)count, bytes: 2);
        }
        else
        {
            WriteNumber(unchecked((byte)(code16 + 1)), (ulong)count, bytes: 4); // Its neighbour.
        }
    }

    /// <summary>Takes room for a text behind its header.</summary>
    private bool TryTakeText(int length, out Span<byte> room)
    {
        if (length > MessagePackCode.ShortTextBytesMax)
        {
            var code = length switch
            {
                <= byte.MaxValue => MessagePackCode.Text8,
                <= ushort.MaxValue => MessagePackCode.Text16,
                _ => MessagePackCode.Text32,
            };
            return TryTakeCounted(code, code - MessagePackCode.Text8, length, out room);
        }

        if (!TryTake(1 + length, out room))
        {
            return false;
        }

        room[0] = unchecked((byte)(MessagePackCode.ShortText | length)); // A length of 5 bits.
        room = room[1..];
        return true;
    }

    /// <summary>Takes room for bytes behind their code and length. The codes of a type are in order of the
    /// width of the length: 1, 2 or 4 bytes.</summary>
    private bool TryTakeCounted(byte code, int widthPower, int length, out Span<byte> room)
    {
        var head = 1 + (1 << widthPower);
        if (!TryTake((long)head + length, out room))
        {
            return false;
        }

        room[0] = code;
        WriteBigEndian(room[1..head], (uint)length);
        room = room[head..];
        return true;
    }

    private void WriteNumber(byte code, ulong value, int bytes)
    {
        if (TryTake(1 + bytes, out var room))
        {
            room[0] = code;
            WriteBigEndian(room[1..], value);
        }
    }

    /// <summary>Writes the low bytes of a number, as many as there is room for.</summary>
    private static void WriteBigEndian(Span<byte> room, ulong value)
    {
        // The casts keep the low bytes, which is what a shorter width holds.
        switch (room.Length)
        {
            case 1:
                room[0] = unchecked((byte)value);
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(room, unchecked((ushort)value));
                break;
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(room, unchecked((uint)value));
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(room, value);
                break;
        }
    }

    private bool TryTake(long count, out Span<byte> room)
    {
        var start = _needed;
        _needed += count;
        if (HasOverrun)
        {
            room = default;
            return false;
        }

        room = _destination.Slice((int)start, (int)count); // Both within the span.
        return true;
    }
}
