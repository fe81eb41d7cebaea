using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Protocol.Negotiation.State;
using Edge.Testing;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.State;

/// <summary>What holds for the form of every record.</summary>
internal sealed class FormCheck<T>(Action<StateWriter, T> write, StateRead<T> read)
{
    private const int HeaderBytes = 5;
    private const int JunkRuns = 3000;

    /// <summary>Whatever is written is read as it was, also behind values that are not known here, and writes the same.</summary>
    public void Carries(params ReadOnlySpan<T> values)
    {
        foreach (var value in values)
        {
            var bytes = Write(value);
            Assert.Equal(DeepText.Of(value), DeepText.Of(Read(bytes)));
            Assert.Equal(bytes, Write(Read(bytes)));
            if (bytes[0] == 0xDD)
            {
                Assert.Equal(DeepText.Of(value), DeepText.Of(Read(Newer(bytes))));
            }
        }
    }

    /// <summary>What an older version wrote: the first values only. The rest reads as the record's own defaults.</summary>
    public void FillsIn(int values, T withDefaults)
    {
        var bytes = Write(withDefaults);
        Assert.True(Count(bytes) > values);
        for (var count = values; count < Count(bytes); count++)
        {
            Assert.Equal(DeepText.Of(withDefaults), DeepText.Of(Read(Older(bytes, count))));
        }
    }

    /// <summary>A record that lacks what it cannot be without, or has what makes no sense, is none.</summary>
    public void Refuses(params ReadOnlySpan<T> values)
    {
        foreach (var value in values)
        {
            Assert.False(TryRead(Write(value), out _), DeepText.Of(value));
        }

        Assert.False(TryRead([0xC0], out _));
        Assert.False(TryRead([], out _));
        Assert.False(TryRead([0x90], out _));
    }

    /// <summary>Whatever bytes come, they are a record or none.</summary>
    public void TakesJunk(T value, Prng random)
    {
        var bytes = Write(value);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(TryRead(bytes.AsSpan(0, length), out _));
        }

        for (var run = 0; run < JunkRuns; run++)
        {
            byte[] mangled = [.. bytes];
            for (var flips = random.NextInt32(6); flips >= 0; flips--)
            {
                mangled[random.NextInt32(mangled.Length)] = (byte)random.NextInt32(256);
            }

            if (TryRead(mangled, out var read))
            {
                Carries(read);
            }
        }
    }

    private byte[] Write(T value)
    {
        using var writer = new StateWriter(Instant.FromMilliseconds(1), 1 << 20);
        write(writer, value);
        return writer.Written.ToArray();
    }

    private T Read(ReadOnlySpan<byte> bytes) =>
        TryRead(bytes, out var value) ? value : throw new TestingException("Not read.");

    private bool TryRead(ReadOnlySpan<byte> bytes, [MaybeNullWhen(false)] out T value)
    {
        var reader = new StateReader(bytes, Instant.FromMilliseconds(2));
        var isRead = read(ref reader, out value);
        Assert.NotEqual(isRead, reader.IsBroken);
        return isRead;
    }

    private static byte[] Newer(byte[] bytes)
    {
        // A text, a number and a group that a later version has appended.
        byte[] longer = [.. bytes, 0xA1, (byte)'x', 7, 0x92, 0xC0, 0xC3];
        SetCount(longer, Count(bytes) + 3);
        return longer;
    }

    private static byte[] Older(byte[] bytes, int count)
    {
        var reader = new MessagePackReader(bytes.AsSpan(HeaderBytes));
        Assert.True(reader.TrySkip(count));
        byte[] shorter = [.. bytes[..(HeaderBytes + reader.OffsetBytes)]];
        SetCount(shorter, count);
        return shorter;
    }

    private static int Count(byte[] bytes) =>
        BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1, sizeof(int)));

    private static void SetCount(byte[] bytes, int count) =>
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1, sizeof(int)), count);
}
