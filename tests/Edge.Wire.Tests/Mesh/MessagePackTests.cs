using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>MessagePack specification, "Formats", and the MessagePack package as oracle.</summary>
public sealed class MessagePackTests
{
    private static readonly byte[] Marked = [0xA5, 0xA5, 0xA5, 0xA5];

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7f")]
    [InlineData(128, "cc80")]
    [InlineData(255, "ccff")]
    [InlineData(256, "cd0100")]
    [InlineData(65535, "cdffff")]
    [InlineData(65536, "ce00010000")]
    [InlineData(4294967295, "ceffffffff")]
    [InlineData(4294967296, "cf0000000100000000")]
    [InlineData(long.MaxValue, "cf7fffffffffffffff")]
    [InlineData(-1, "ff")]
    [InlineData(-32, "e0")]
    [InlineData(-33, "d0df")]
    [InlineData(-128, "d080")]
    [InlineData(-129, "d1ff7f")]
    [InlineData(-32768, "d18000")]
    [InlineData(-32769, "d2ffff7fff")]
    [InlineData(int.MinValue, "d280000000")]
    [InlineData(int.MinValue - 1L, "d3ffffffff7fffffff")]
    [InlineData(long.MinValue, "d38000000000000000")]
    public void WriteInt_Border_TakesTheShortestForm(long value, string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(MessagePackTree.Write(value)));

    /// <summary>Goal: our bytes are the package's, and either reads the other's.</summary>
    [Fact]
    public void Write_AnyValue_IsWhatThePackageWrites() =>
        Seeds.Check(
            random =>
            {
                var value = MessagePackTree.Draw(random, depth: 3);
                var bytes = MessagePackTree.Write(value);

                Assert.Equal(MessagePackTree.WriteByPackage(value), bytes);
                Assert.Equivalent(value, MessagePackTree.ReadByPackage(bytes), strict: true);
                var reader = new MessagePackReader(bytes);
                MessagePackTree.AssertReads(ref reader, value);
                Assert.True(reader.IsAtEnd);
            },
            rounds: 300
        );

    [Theory]
    [InlineData("c4020102", "c500020102", "c6000000020102")]
    [InlineData("a26869", "d9026869", "da00026869", "db000000026869")]
    [InlineData("920102", "dc00020102", "dd000000020102")]
    [InlineData("05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005")]
    [InlineData("05", "d200000005", "d30000000000000005")]
    [InlineData("ff", "d0ff", "d1ffff", "d2ffffffff", "d3ffffffffffffffff")]
    public void TryRead_LongerFormThanNeeded_IsReadAlike(params string[] forms)
    {
        ArgumentNullException.ThrowIfNull(forms);
        var value = MessagePackTree.ReadByPackage(Vectors.Hex(forms[0]));
        foreach (var form in forms)
        {
            var reader = new MessagePackReader(Vectors.Hex(form));
            MessagePackTree.AssertReads(ref reader, value);
            Assert.True(reader.IsAtEnd);
        }
    }

    /// <summary>Every format of the specification once, those that we do not write among them.</summary>
    [Theory]
    [InlineData("c0")]
    [InlineData("c2")]
    [InlineData("7f")]
    [InlineData("e0")]
    [InlineData("ca3f800000")]
    [InlineData("cb3ff0000000000000")]
    [InlineData("ccff")]
    [InlineData("cdffff")]
    [InlineData("ceffffffff")]
    [InlineData("cfffffffffffffffff")]
    [InlineData("d0ff")]
    [InlineData("d1ffff")]
    [InlineData("d2ffffffff")]
    [InlineData("d3ffffffffffffffff")]
    [InlineData("c403010203")]
    [InlineData("c50003010203")]
    [InlineData("c600000003010203")]
    [InlineData("a3616263")]
    [InlineData("d903616263")]
    [InlineData("da0003616263")]
    [InlineData("db00000003616263")]
    [InlineData("93c0a161c40101")]
    [InlineData("dc0003c0a161c40101")]
    [InlineData("dd00000003c0a161c40101")]
    [InlineData("82a16101a16290")]
    [InlineData("de0002a16101a16290")]
    [InlineData("df00000002a16101a16290")]
    [InlineData("d40501")]
    [InlineData("d5050102")]
    [InlineData("d60501020304")]
    [InlineData("d7050102030405060708")]
    [InlineData("d80501020304050607080102030405060708")]
    [InlineData("c70305010203")]
    [InlineData("c8000305010203")]
    [InlineData("c90000000305010203")]
    public void TrySkip_EachFormat_PassesOverAllOfIt(string hex)
    {
        var value = Vectors.Hex(hex);
        var reader = new MessagePackReader([.. value, 0x2A]);

        Assert.True(reader.TryReadEncoded(out var encoded));
        Assert.True(encoded.SequenceEqual(value));
        Assert.Equal(value.Length, reader.OffsetBytes);
        for (var length = 0; length < value.Length; length++)
        {
            var shorter = new MessagePackReader(value.AsSpan(0, length));
            Assert.False(shorter.TrySkip());
            Assert.Equal(MeshParseError.Truncated, shorter.Error);
            Assert.Equal(0, shorter.OffsetBytes);
        }
    }

    [Fact]
    public void TrySkip_DeepNesting_NeedsNoStack()
    {
        var bytes = new byte[10_000_000];
        bytes.AsSpan().Fill(0x91);
        bytes[^1] = 0xC0;
        var reader = new MessagePackReader(bytes);

        Assert.True(reader.TrySkip());
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("ddffffffff0000", MeshParseError.Truncated)]
    [InlineData("dfffffffff0000", MeshParseError.Truncated)]
    [InlineData("dc00030000", MeshParseError.Truncated)]
    [InlineData("82000000", MeshParseError.Truncated)]
    [InlineData("c6ffffffff00", MeshParseError.Truncated)]
    [InlineData("dbffffffff00", MeshParseError.Truncated)]
    [InlineData("c9ffffffff00", MeshParseError.Truncated)]
    [InlineData("c1", MeshParseError.ReservedCode)]
    public void TryRead_CountBeyondTheBytes_IsNotBelieved(string hex, MeshParseError expected)
    {
        var bytes = Vectors.Hex(hex);
        var reader = new MessagePackReader(bytes);

        Assert.False(reader.TrySkip());
        Assert.Equal(expected, reader.Error);
        MeshParseError[] both = [expected, MeshParseError.OtherType];
        Assert.False(reader.TryReadArrayHeader(out _));
        Assert.Contains(reader.Error, both);
        Assert.False(reader.TryReadMapHeader(out _));
        Assert.Contains(reader.Error, both);
        Assert.False(reader.TryReadBinary(out _));
        Assert.Contains(reader.Error, both);
        Assert.False(reader.TryReadText(out _));
        Assert.Contains(reader.Error, both);
        Assert.Equal(0, reader.OffsetBytes);
    }

    [Fact]
    public void TryRead_OtherType_LeavesTheReaderWhereItWas()
    {
        byte[] everything = [.. Vectors.Hex("c0c305ffc400a09080ca00000000d40100")];
        var reader = new MessagePackReader(everything);
        var values = 0;
        while (!reader.IsAtEnd)
        {
            var start = reader.OffsetBytes;
            var reads = 0;
            reads += Count(reader, static (ref MessagePackReader r) => r.TryReadNil());
            reads += Count(reader, static (ref MessagePackReader r) => r.TryReadBool(out _));
            reads += Count(
                reader,
                static (ref MessagePackReader r) => r.TryReadInt(-32, 127, out _)
            );
            reads += Count(reader, static (ref MessagePackReader r) => r.TryReadBinary(out _));
            reads += Count(reader, static (ref MessagePackReader r) => r.TryReadText(out _));
            reads += Count(reader, static (ref MessagePackReader r) => r.TryReadArrayHeader(out _));
            reads += Count(reader, static (ref MessagePackReader r) => r.TryReadMapHeader(out _));

            // The last two are a float and an extension, which only TrySkip takes.
            Assert.Equal(values < 8 ? 1 : 0, reads);
            Assert.Equal(start, reader.OffsetBytes);
            Assert.True(reader.TrySkip());
            values++;
        }

        Assert.Equal(10, values);
    }

    [Theory]
    [InlineData("00", 0UL, true)]
    [InlineData("cc64", 100UL, true)]
    [InlineData("cc65", 100UL, false)]
    [InlineData("ff", 100UL, false)]
    [InlineData("d1ffff", 100UL, false)]
    [InlineData("cfffffffffffffffff", ulong.MaxValue, true)]
    [InlineData("cfffffffffffffffff", ulong.MaxValue - 1, false)]
    public void TryReadUInt_OutsideItsBounds_IsRefused(string hex, ulong max, bool isRead)
    {
        var reader = new MessagePackReader(Vectors.Hex(hex));

        Assert.Equal(isRead, reader.TryReadUInt(max, out _));
        Assert.Equal(isRead ? MeshParseError.None : MeshParseError.ValueRange, reader.Error);
        Assert.Equal(isRead, reader.IsAtEnd);
    }

    [Theory]
    [InlineData("ff", -1, 5, true)]
    [InlineData("fe", -1, 5, false)]
    [InlineData("06", -1, 5, false)]
    [InlineData("05", -1, 5, true)]
    [InlineData("cf8000000000000000", long.MinValue, long.MaxValue, false)]
    [InlineData("d38000000000000000", long.MinValue, long.MaxValue, true)]
    public void TryReadInt_OutsideItsBounds_IsRefused(string hex, long min, long max, bool isRead)
    {
        var reader = new MessagePackReader(Vectors.Hex(hex));

        Assert.Equal(isRead, reader.TryReadInt(min, max, out _));
        Assert.Equal(isRead ? MeshParseError.None : MeshParseError.ValueRange, reader.Error);
        Assert.Equal(isRead, reader.IsAtEnd);
    }

    [Theory]
    [InlineData("90", 1, 2, MeshParseError.MissingElement)]
    [InlineData("9100", 1, 2, MeshParseError.None)]
    [InlineData("920000", 1, 2, MeshParseError.None)]
    [InlineData("93000000", 1, 2, MeshParseError.TooManyElements)]
    public void TryReadArrayHeader_CountOutsideItsBounds_IsRefused(
        string hex,
        int min,
        int max,
        MeshParseError expected
    )
    {
        var reader = new MessagePackReader(Vectors.Hex(hex));

        Assert.Equal(expected == MeshParseError.None, reader.TryReadArrayHeader(min, max, out _));
        Assert.Equal(expected, reader.Error);
        Assert.Equal(expected == MeshParseError.None ? 1 : 0, reader.OffsetBytes);
    }

    [Fact]
    public void WriteMapHeader_EachWidth_IsReadBack()
    {
        foreach (var count in (int[])[0, 15, 16, 65535, 65536])
        {
            var bytes = new byte[5 + (2 * count)];
            var writer = new MessagePackWriter(bytes);
            writer.WriteMapHeader(count);
            var reader = new MessagePackReader(bytes.AsSpan(0, writer.Length + (2 * count)));

            Assert.True(reader.TryReadMapHeader(out var read));
            Assert.Equal(count, read);
            Assert.Equal(writer.Length, reader.OffsetBytes);
        }
    }

    /// <summary>Goal: a value is written whole or not at all, and nothing after it. Method: the same values
    /// into every shorter span must leave a beginning of the whole that ends between two values.</summary>
    [Fact]
    public void Write_TooShortSpan_EndsBetweenTwoValues()
    {
        object?[] values =
        [
            null,
            true,
            200UL,
            -200L,
            new byte[40],
            "text",
            new string('x', 40),
            7UL,
        ];
        var ends = new HashSet<int> { 0 };
        var whole = new byte[200];
        var measure = new MessagePackWriter(whole);
        foreach (var value in values)
        {
            MessagePackTree.Write(ref measure, value);
            ends.Add(measure.Length);
        }

        for (var length = 0; length < measure.Length; length++)
        {
            byte[] room = [.. new byte[length], .. Marked];
            var writer = new MessagePackWriter(room.AsSpan(0, length));
            foreach (var value in values)
            {
                MessagePackTree.Write(ref writer, value);
            }

            Assert.True(writer.HasOverrun);
            Assert.Equal(0, writer.Length);
            Assert.Equal(measure.Length, writer.NeededBytes);
            var end = ends.Where(each => each <= length).Max();
            Assert.Equal(whole[..end], room[..end]);
            Assert.Equal(-1, room.AsSpan(end, length - end).IndexOfAnyExcept((byte)0));
            Assert.Equal(Marked, room[length..]);
        }
    }

    [Fact]
    public void Run_MutatedValues_AgreesWithTheSlowReader()
    {
        List<byte[]> corpus =
        [
            Vectors.Hex("82a16101d40501c8000305010203"),
            Vectors.Hex("ca3f800000"),
        ];
        var random = Prng.FromNumber(1);
        for (var index = 0; index < 20; index++)
        {
            corpus.Add(MessagePackTree.Write(MessagePackTree.Draw(random, depth: 2)));
        }

        MutationFuzz.Run(Run, corpus);
    }

    /// <summary>The one entry: replay, mutation and external fuzzers call it.</summary>
    internal static void Run(ReadOnlySpan<byte> input)
    {
        var reader = new MessagePackReader(input);
        var isRead = reader.TrySkip() && reader.IsAtEnd;
        Assert.Equal(SlowMessagePack.TryRead(input, out _), isRead);
    }

    private static int Count(MessagePackReader reader, Reading read) => read(ref reader) ? 1 : 0;

    private delegate bool Reading(ref MessagePackReader reader);
}
