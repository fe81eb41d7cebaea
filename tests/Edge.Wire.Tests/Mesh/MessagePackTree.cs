using System.Buffers;
using System.Text;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.Tests.Rtp;
using Xunit;
using Oracle = MessagePack;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Values as objects (null, bool, ulong, long, byte[], string, object?[]), drawn at random, written
/// and read by us and by the MessagePack package.</summary>
internal static class MessagePackTree
{
    private static readonly int[] Lengths = [0, 1, 15, 16, 31, 32, 33, 255, 256, 300];

    /// <summary>A value up to some depth; numbers and lengths lie about the borders of the formats.</summary>
    public static object? Draw(Prng random, int depth) =>
        random.NextInt32(depth > 0 ? 8 : 6) switch
        {
            0 => null,
            1 => random.NextBool(),
            2 => NextNumber(random),
            3 => NextNegative(random),
            4 => random.NextBytes(NextLength(random)),
            5 => NextText(random),
            _ => DrawArray(random, depth),
        };

    /// <summary>Written by us.</summary>
    public static byte[] Write(object? value)
    {
        var measure = new MessagePackWriter([]);
        Write(ref measure, value);
        var bytes = new byte[measure.NeededBytes];
        var writer = new MessagePackWriter(bytes);
        Write(ref writer, value);
        Assert.Equal(bytes.Length, writer.Length);
        return bytes;
    }

    public static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool truth:
                writer.WriteBool(truth);
                break;
            case ulong number:
                writer.WriteUInt(number);
                break;
            case long number:
                writer.WriteInt(number);
                break;
            case byte[] bytes:
                writer.WriteBinary(bytes);
                break;
            case string text:
                writer.WriteText(text);
                break;
            case object?[] elements:
                writer.WriteArrayHeader(elements.Length);
                foreach (var element in elements)
                {
                    Write(ref writer, element);
                }

                break;
            default:
                Assert.Fail($"No value of ours: {value}");
                break;
        }
    }

    /// <summary>Written by the package.</summary>
    public static byte[] WriteByPackage(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new Oracle.MessagePackWriter(buffer);
        WriteByPackage(ref writer, value);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Read by the package.</summary>
    public static object? ReadByPackage(byte[] bytes)
    {
        var reader = new Oracle.MessagePackReader(bytes);
        var value = ReadByPackage(ref reader);
        Assert.True(reader.End);
        return value;
    }

    /// <summary>The value that comes next, as the test knows it, read by us.</summary>
    public static void AssertReads(ref MessagePackReader reader, object? expected)
    {
        switch (expected)
        {
            case null:
                Assert.True(reader.TryReadNil());
                break;
            case bool truth:
                Assert.True(reader.TryReadBool(out var isTrue));
                Assert.Equal(truth, isTrue);
                break;
            case ulong number:
                Assert.True(reader.TryReadUInt(ulong.MaxValue, out var unsigned));
                Assert.Equal(number, unsigned);
                break;
            case long number:
                Assert.True(reader.TryReadInt(long.MinValue, long.MaxValue, out var signed));
                Assert.Equal(number, signed);
                break;
            case byte[] bytes:
                Assert.True(reader.TryReadBinary(out var binary));
                Assert.True(binary.SequenceEqual(bytes));
                break;
            case string text:
                Assert.True(reader.TryReadText(out var utf8));
                Assert.Equal(text, Encoding.UTF8.GetString(utf8));
                break;
            case object?[] elements:
                Assert.True(reader.TryReadArrayHeader(out var count));
                Assert.Equal(elements.Length, count);
                foreach (var element in elements)
                {
                    AssertReads(ref reader, element);
                }

                break;
            default:
                Assert.Fail($"No value of ours: {expected}");
                break;
        }
    }

    private static void WriteByPackage(ref Oracle.MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool truth:
                writer.Write(truth);
                break;
            case ulong number:
                writer.Write(number);
                break;
            case long number:
                writer.Write(number);
                break;
            case byte[] bytes:
                writer.Write(bytes);
                break;
            case string text:
                writer.Write(text);
                break;
            default:
                var elements = (object?[])value;
                writer.WriteArrayHeader(elements.Length);
                foreach (var element in elements)
                {
                    WriteByPackage(ref writer, element);
                }

                break;
        }
    }

    private static object? ReadByPackage(ref Oracle.MessagePackReader reader)
    {
        var code = reader.NextCode;
        var type = reader.NextMessagePackType;
        if (type is Oracle.MessagePackType.Array)
        {
            var elements = new object?[reader.ReadArrayHeader()];
            for (var index = 0; index < elements.Length; index++)
            {
                elements[index] = ReadByPackage(ref reader);
            }

            return elements;
        }

        if (type is Oracle.MessagePackType.Nil)
        {
            reader.ReadNil();
            return null;
        }

        if (type is Oracle.MessagePackType.Integer)
        {
            var isSigned = code is >= 0xE0 or (>= 0xD0 and <= 0xD3);
            var number = isSigned ? reader.ReadInt64() : 0;
            return isSigned && number < 0 ? number
                : isSigned ? (ulong)number
                : reader.ReadUInt64();
        }

        return type is Oracle.MessagePackType.Boolean ? reader.ReadBoolean()
            : type is Oracle.MessagePackType.String ? reader.ReadString()
            : reader.ReadBytes()!.Value.ToArray();
    }

    private static object?[] DrawArray(Prng random, int depth)
    {
        var elements = new object?[depth == 1 ? NextLength(random) : random.NextInt32(20)];
        for (var index = 0; index < elements.Length; index++)
        {
            elements[index] = Draw(random, depth - 1);
        }

        return elements;
    }

    private static int NextLength(Prng random) => Lengths[random.NextInt32(Lengths.Length)];

    private static ulong NextNumber(Prng random)
    {
        var border = 1UL << random.NextInt32(64);
        return unchecked(border - 1 + (ulong)random.NextInt32(3));
    }

    private static long NextNegative(Prng random)
    {
        var border = -1L << random.NextInt32(64);
        var number = unchecked(border + random.NextInt32(3) - 1);
        return number < 0 ? number : -1;
    }

    private static string NextText(Prng random) =>
        string.Concat(Enumerable.Repeat(random.NextBool() ? "x" : "ä", NextLength(random) / 2));
}
