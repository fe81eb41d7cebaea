using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Messages;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Messages of data channels and their acknowledgements, written, read, cut and grown.</summary>
public sealed class MeshMessageTests
{
    private static readonly MeshMessageAck Ack = new(
        new(Pop: 1, Node: 2, Life: 3),
        TrackToken.Create("session", "chat"),
        Number: 70_000,
        Generation: 5
    );

    [Fact]
    public void Write_Message_GivesTheseBytes()
    {
        var bytes = WriterAssert.WritesAllOrNothing(static destination =>
            Second().Write(destination)
        );

        Assert.Equal(
            "9701cf0102030405060708ce000111700305c2c4026c6f",
            Convert.ToHexStringLower(bytes)
        );
        Assert.Equivalent(
            new object?[]
            {
                1UL,
                0x0102030405060708UL,
                70_000UL,
                3UL,
                5UL,
                false,
                new byte[] { 0x6C, 0x6F },
            },
            MessagePackTree.ReadByPackage(bytes),
            strict: true
        );
    }

    [Fact]
    public void Write_Ack_GivesTheseBytes()
    {
        var bytes = WriterAssert.WritesAllOrNothing(Ack.Write);
        var channel = new byte[TrackToken.Bytes];
        Ack.Channel.CopyTo(channel);

        Assert.Equal(
            $"9701010203c410{Convert.ToHexStringLower(channel)}ce0001117005",
            Convert.ToHexStringLower(bytes)
        );
        Assert.Equivalent(
            new object?[] { 1UL, 1UL, 2UL, 3UL, channel, 70_000UL, 5UL },
            MessagePackTree.ReadByPackage(bytes),
            strict: true
        );
    }

    [Theory]
    [InlineData(MeshMessageKind.End, "980101090000c3c40001")]
    [InlineData(MeshMessageKind.Position, "980101090000c3c40002")]
    public void Write_OtherKind_IsEmptyAndReadAgain(MeshMessageKind kind, string expected)
    {
        var message = new MeshMessage
        {
            Generation = 1,
            Number = 9,
            Offset = 0,
            TotalLength = 0,
            IsBinary = true,
            Bytes = [],
            Kind = kind,
        };
        var bytes = new byte[MeshMessage.BytesMax];
        var length = message.Write(bytes);

        Assert.Equal(expected, Convert.ToHexStringLower(bytes.AsSpan(0, length)));
        Assert.Equal(
            MeshParseError.None,
            MeshMessage.TryParse(bytes.AsSpan(0, length), out var read)
        );
        Assert.Equal((kind, 9UL), (read.Kind, read.Number));
        bytes[length - 1] = 3;
        Assert.Equal(
            MeshParseError.ValueRange,
            MeshMessage.TryParse(bytes.AsSpan(0, length), out _)
        );
    }

    [Fact]
    public void TryParse_AnyMessage_GivesWhatWasWritten() =>
        Seeds.Check(
            static random =>
            {
                var part = random.NextBytes(random.NextInt32(400));
                var offset = part.Length == 0 ? 0 : random.NextInt32(500_000);
                var rest = part.Length == 0 ? 0 : random.NextInt32(3) * random.NextInt32(500_000);
                var generation = random.NextUInt64();
                var number = random.NextUInt64() >> random.NextInt32(64);
                var isBinary = random.NextBool();
                var message = new MeshMessage
                {
                    Generation = generation,
                    Number = number,
                    Offset = offset,
                    TotalLength = offset + part.Length + rest,
                    IsBinary = isBinary,
                    Bytes = part,
                };
                var bytes = new byte[MeshMessage.BytesMax];
                var length = message.Write(bytes);

                Assert.Equal(
                    MeshParseError.None,
                    MeshMessage.TryParse(bytes.AsSpan(0, length), out var read)
                );
                Assert.Equal(
                    (generation, number, offset, message.TotalLength, isBinary),
                    (read.Generation, read.Number, read.Offset, read.TotalLength, read.IsBinary)
                );
                Assert.True(read.Bytes.SequenceEqual(part));
                Assert.Equal(rest == 0, read.IsLastPart);
            },
            rounds: 200
        );

    [Fact]
    public void TryParse_AnyAck_GivesWhatWasWritten() =>
        Seeds.Check(
            static random =>
            {
                TrackToken.TryCreate(random.NextBytes(TrackToken.Bytes), out var channel);
                var ack = new MeshMessageAck(
                    new(random.NextUInt16(), random.NextUInt16(), random.NextUInt64()),
                    channel,
                    random.NextUInt64(),
                    random.NextUInt64() >> random.NextInt32(64)
                )
                {
                    HasLoss = random.NextBool(),
                };
                var bytes = new byte[MeshMessageAck.BytesMax];
                var length = ack.Write(bytes);

                Assert.Equal(
                    MeshParseError.None,
                    MeshMessageAck.TryParse(bytes.AsSpan(0, length), out var read)
                );
                Assert.Equal(ack, read);
            },
            rounds: 100
        );

    [Fact]
    public void Write_LongestOfEach_IsAsLongAsItSays()
    {
        var bytes = new byte[MeshMessage.BytesMax + 1];
        var message = Longest(MeshLimits.MessagePartBytesMax);
        var ack = new MeshMessageAck(
            new(ushort.MaxValue, ushort.MaxValue, ulong.MaxValue),
            default,
            ulong.MaxValue,
            ulong.MaxValue
        )
        {
            HasLoss = true,
        };

        Assert.Equal(MeshMessage.BytesMax, message.Write(bytes));
        Assert.Equal(MeshMessageAck.BytesMax, ack.Write(bytes));
        Assert.Equal(0, Longest(MeshLimits.MessagePartBytesMax + 1).Write(bytes));
    }

    /// <summary>What readers would refuse is not written.</summary>
    [Theory]
    [InlineData(0, 3, 2)]
    [InlineData(1, 2, 2)]
    [InlineData(-1, 2, 2)]
    [InlineData(3, 0, 2)]
    [InlineData(0, 0, 2)]
    [InlineData(2, 0, 2)]
    [InlineData(0, 1, MeshLimits.MessageBytesMax + 1)]
    [InlineData(0, 0, -1)]
    [InlineData(int.MaxValue, 1, int.MinValue)]
    public void Write_PartThatIsNoneOfTheMessage_IsRefused(int offset, int length, int total)
    {
        var message = new MeshMessage
        {
            Generation = 1,
            Number = 1,
            Offset = offset,
            TotalLength = total,
            IsBinary = true,
            Bytes = new byte[length],
        };

        Assert.Equal(0, message.Write(new byte[100]));
    }

    [Theory]
    [InlineData("c0", MeshParseError.OtherType)]
    [InlineData("9102", MeshParseError.UnknownVersion)]
    [InlineData("96010101000101", MeshParseError.MissingElement)]
    [InlineData("970101010002c3c40101", MeshParseError.None)]
    [InlineData("970101010202c3c40101", MeshParseError.ValueRange)]
    [InlineData("970101010301c3c40101", MeshParseError.ValueRange)]
    [InlineData("970101010002c3c400", MeshParseError.ValueRange)]
    [InlineData("970101010000c3c400", MeshParseError.None)]
    [InlineData("9701010100ce00200001c3c40101", MeshParseError.ValueRange)]
    [InlineData("9701010100ce00200000c3c40101", MeshParseError.None)]
    [InlineData("970101010001c3a101", MeshParseError.OtherType)]
    [InlineData("970101010001c3c4010100", MeshParseError.TrailingBytes)]
    [InlineData("990101010001c3c401010092a16100", MeshParseError.None)]
    public void TryParse_BrokenMessage_NamesWhatIsWrong(string hex, MeshParseError expected) =>
        Assert.Equal(expected, MeshMessage.TryParse(Vectors.Hex(hex), out _));

    [Fact]
    public void TryParse_LongerPartThanAllowed_IsRefused()
    {
        object?[] message = [1UL, 1UL, 1UL, 0UL, 200_000UL, true, null];
        message[6] = new byte[MeshLimits.MessagePartBytesMax];
        Assert.Equal(
            MeshParseError.None,
            MeshMessage.TryParse(MessagePackTree.Write(message), out _)
        );
        message[6] = new byte[MeshLimits.MessagePartBytesMax + 1];
        Assert.Equal(
            MeshParseError.TooLong,
            MeshMessage.TryParse(MessagePackTree.Write(message), out _)
        );
    }

    [Theory]
    [InlineData("9601010203c4100000000000000000000000000000000007", MeshParseError.MissingElement)]
    [InlineData("9701010203c410000000000000000000000000000000000705", MeshParseError.None)]
    [InlineData("9701010203c40f0000000000000000000000000000000705", MeshParseError.ValueRange)]
    [InlineData(
        "9701010203c410000000000000000000000000000000000705c0",
        MeshParseError.TrailingBytes
    )]
    [InlineData("9801010203c410000000000000000000000000000000000705c0", MeshParseError.None)]
    [InlineData("9701010203c41000000000000000000000000000000000ff05", MeshParseError.ValueRange)]
    public void TryParse_BrokenAck_NamesWhatIsWrong(string hex, MeshParseError expected) =>
        Assert.Equal(expected, MeshMessageAck.TryParse(Vectors.Hex(hex), out _));

    [Fact]
    public void TryParse_EveryTruncation_IsRefused()
    {
        var message = Bytes(Second());
        for (var length = 0; length < message.Length; length++)
        {
            Assert.Equal(
                MeshParseError.Truncated,
                MeshMessage.TryParse(message.AsSpan(0, length), out _)
            );
        }

        var ack = WriterAssert.WritesAllOrNothing(Ack.Write);
        for (var length = 0; length < ack.Length; length++)
        {
            Assert.Equal(
                MeshParseError.Truncated,
                MeshMessageAck.TryParse(ack.AsSpan(0, length), out _)
            );
        }
    }

    [Fact]
    public void Run_MutatedMessages_AgreesWithTheSlowReader() =>
        MutationFuzz.Run(
            Run,
            [Bytes(Second()), Bytes(Longest(20)), WriterAssert.WritesAllOrNothing(Ack.Write)]
        );

    /// <summary>The one entry: replay, mutation and external fuzzers call it.</summary>
    internal static void Run(ReadOnlySpan<byte> input)
    {
        var isWhole = SlowMessagePack.TryRead(input, out var value);
        var elements = value as object?[] ?? [];
        string? message = null;
        if (MeshMessage.TryParse(input, out var read) == MeshParseError.None)
        {
            message =
                $"{read.Generation} {read.Number} {read.Offset} {read.TotalLength} {read.IsBinary} "
                + Convert.ToHexString(read.Bytes);
        }

        Assert.Equal(isWhole ? DumpMessageSlowly(elements) : null, message);
        string? ack = null;
        if (MeshMessageAck.TryParse(input, out var readAck) == MeshParseError.None)
        {
            var (watcher, channel, number, generation) = readAck;
            ack = $"{watcher.Pop} {watcher.Node} {watcher.Life} {channel} {number} {generation}";
        }

        Assert.Equal(isWhole ? DumpAckSlowly(elements) : null, ack);
    }

    private static string? DumpMessageSlowly(object?[] elements) =>
        elements
            is [
                1UL,
                ulong generation,
                ulong number,
                ulong offset,
                <= (ulong)MeshLimits.MessageBytesMax
                and ulong total,
                bool isBinary,
                byte[] bytes,
                ..,
            ]
        && offset <= total
        && offset + (ulong)bytes.Length <= total
        && (bytes.Length > 0 || total == 0)
            ? $"{generation} {number} {offset} {total} {isBinary} {Convert.ToHexString(bytes)}"
            : null;

    private static string? DumpAckSlowly(object?[] elements) =>
        elements
            is [
                1UL,
                <= (ulong)ushort.MaxValue
                and ulong pop,
                <= (ulong)ushort.MaxValue
                and ulong node,
                ulong life,
                byte[] { Length: TrackToken.Bytes } channel,
                ulong number,
                ulong generation,
                ..,
            ]
        && TrackToken.TryCreate(channel, out var token)
            ? $"{pop} {node} {life} {token} {number} {generation}"
            : null;

    private static MeshMessage Second() =>
        new()
        {
            Generation = 0x0102030405060708,
            Number = 70_000,
            Offset = 3,
            TotalLength = 5,
            IsBinary = false,
            Bytes = "lo"u8,
        };

    private static MeshMessage Longest(int partLength) =>
        new()
        {
            Generation = ulong.MaxValue,
            Number = ulong.MaxValue,
            Offset = 1_000_000,
            TotalLength = MeshLimits.MessageBytesMax,
            IsBinary = true,
            Bytes = new byte[partLength],
        };

    private static byte[] Bytes(MeshMessage message)
    {
        var bytes = new byte[MeshMessage.BytesMax];
        var length = message.Write(bytes);
        Assert.NotEqual(0, length);
        return bytes[..length];
    }
}
