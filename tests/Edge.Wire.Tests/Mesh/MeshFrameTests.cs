using System.Runtime.CompilerServices;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Frames written, read, cut, grown, and read by the MessagePack package.</summary>
public sealed class MeshFrameTests
{
    private const byte Mark = 0xA5;

    [Fact]
    public void Write_FrameOfEverything_GivesTheseBytes() =>
        Assert.Equal(
            // Version 1, generation, epoch 9, layer 2, sent at.
            "9901cf01020304050607080902cfea00000080000000"
                // Two packets.
                + "dc0002"
                + "97ce00011170cefffffff00200cfea0000007fffffffc40480010203cd04d2"
                + "97ce00011171cefffffff001ff00c402800400"
                // Video, VP8, 96, 90000, one channel, format, no telephone events.
                + "9b01a356503860ce00015f9001"
                + "ac6d61782d66733d3132323838c0"
                // Rids h and l, two extensions, encrypted end to end, no redundancy.
                + "92a168a16c"
                + "9292d92375726e3a696574663a706172616d733a7274702d6864726578743a736465733a6d696404"
                + "92ba75726e3a336770703a766964656f2d6f7269656e746174696f6e0d"
                + "01c0"
                // Two layers, report, ended, silent, node 4 of PoP 3.
                + "959293c3ce000e1000ce0016e36093c20000"
                + "92cfea00000070000000ce00015f9001c3"
                + "920304"
                // The frame's number.
                + "11",
            Convert.ToHexStringLower(MeshFrameSamples.Whole())
        );

    [Fact]
    public void Structs_OfThePacketPath_AreThisSmall()
    {
        Assert.Equal(40, Unsafe.SizeOf<MeshPacket>());
        Assert.Equal(40, Unsafe.SizeOf<MeshFrameHeader>());
        Assert.Equal(16, Unsafe.SizeOf<MeshLayerState>());
        Assert.Equal(16, Unsafe.SizeOf<TrackToken>());
    }

    [Fact]
    public void Write_FrameOfNothing_GivesTheseBytes() =>
        Assert.Equal(
            "990100000000dc0000c0c000",
            Convert.ToHexStringLower(MeshFrameSamples.Write(default, [], [], []))
        );

    /// <summary>A frame out of the cache says which frame of its layer went before.</summary>
    [Fact]
    public void Write_FrameOutOfTheCache_GivesTheseBytes() =>
        Assert.Equal(
            "9a0100000000dc0000c0c00011",
            Convert.ToHexStringLower(
                MeshFrameSamples.Write(new MeshFrameHeader { After = 17 }, [], [], [])
            )
        );

    /// <summary>Goal: others read our frames as the specification says. Method: the package reads one.</summary>
    [Fact]
    public void Write_FrameOfEverything_IsReadByThePackage()
    {
        var read = (object?[])MessagePackTree.ReadByPackage(MeshFrameSamples.Whole())!;

        Assert.Equivalent(
            new object?[]
            {
                1UL,
                0x0102030405060708UL,
                9UL,
                2UL,
                0xEA00000080000000UL,
                new object?[]
                {
                    new object?[]
                    {
                        70_000UL,
                        0xFFFFFFF0UL,
                        2UL,
                        0UL,
                        0xEA0000007FFFFFFFUL,
                        new byte[] { 0x80, 1, 2, 3 },
                        1234UL,
                    },
                    new object?[]
                    {
                        70_001UL,
                        0xFFFFFFF0UL,
                        1UL,
                        -1L,
                        0UL,
                        new byte[] { 0x80, 4 },
                        0UL,
                    },
                },
            },
            read[..6],
            strict: true
        );
    }

    [Fact]
    public void TryParse_FrameOfAnything_GivesWhatWasWritten() =>
        Seeds.Check(
            random =>
            {
                var header = MeshFrameSamples.NextHeader(random);
                var packets = new (MeshPacket Packet, byte[] Rtp)[random.NextInt32(20)];
                foreach (ref var packet in packets.AsSpan())
                {
                    var length = random.NextInt32(MeshLimits.PacketBytesMax + 1);
                    packet = (MeshFrameSamples.NextPacket(random), random.NextBytes(length));
                }

                var description = random.NextBool()
                    ? []
                    : MeshFrameSamples.Encode(MeshFrameSamples.Audio);
                var state = random.NextBool()
                    ? []
                    : MeshFrameSamples.Encode(MeshFrameSamples.NextState(random));
                var bytes = MeshFrameSamples.Write(header, packets, description, state);

                Assert.Equal(MeshParseError.None, MeshFrameReader.TryParse(bytes, out var frame));
                Assert.Equal(header, frame.Header);
                Assert.Equal(packets.Length, frame.PacketCount);
                Assert.True(frame.Description.SequenceEqual(description));
                Assert.True(frame.State.SequenceEqual(state));
                foreach (var (packet, rtp) in packets)
                {
                    Assert.True(frame.TryReadPacket(out var read, out var readRtp));
                    Assert.Equal(packet, read);
                    Assert.True(readRtp.SequenceEqual(rtp));
                }

                Assert.False(frame.TryReadPacket(out _, out _));
            },
            rounds: 300
        );

    /// <summary>Goal: whatever the room, a frame is readable or there is none, and nothing is written
    /// behind the room. Method: every length from none to ample.</summary>
    [Fact]
    public void TryAddPacket_EveryRoom_TakesWhatFits()
    {
        var description = MeshFrameSamples.Encode(MeshFrameSamples.Audio);
        var state = MeshFrameSamples.Encode(MeshFrameSamples.State, MeshFrameSamples.Layers);
        byte[] rtp = [0x80, 1, 2, 3, 4, 5];
        // The number is one byte.
        var tail = description.Length + state.Length + 1;
        var seen = new SortedSet<int>();
        for (var length = 0; length < 400; length++)
        {
            var room = new byte[length + 16];
            room.AsSpan(length).Fill(Mark);
            var writer = new MeshFrameWriter(
                room.AsSpan(0, length),
                MeshFrameSamples.Header,
                description,
                state
            );
            var fits = 0;
            while (fits < 3 && writer.TryAddPacket(MeshFrameSamples.KeyFrame, rtp))
            {
                fits++;
            }

            var before = writer.Length;
            if (fits < 3)
            {
                Assert.False(writer.TryAddPacket(MeshFrameSamples.KeyFrame, rtp));
            }

            Assert.Equal(before, writer.Length);
            Assert.Equal(fits, writer.PacketCount);
            var written = writer.Finish();
            Assert.Equal(before == 0 ? 0 : before + tail, written);
            Assert.Equal(-1, room.AsSpan(length).IndexOfAnyExcept(Mark));
            seen.Add(written);
            if (written > 0)
            {
                Assert.Equal(
                    MeshParseError.None,
                    MeshFrameReader.TryParse(room.AsSpan(0, written), out var frame)
                );
                Assert.Equal(fits, frame.PacketCount);
                Assert.True(frame.Description.SequenceEqual(description));
                Assert.True(frame.State.SequenceEqual(state));
                // One byte less, and the last packet would not have fitted.
                Assert.True(written <= length);
            }
        }

        // None, and none to three packets, each first taken when the room is exactly enough.
        Assert.Equal(5, seen.Count);
        var whole = seen.Min(length => length == 0 ? int.MaxValue : length);
        Assert.Equal([0, whole, whole + 33, whole + (2 * 33), whole + (3 * 33)], seen);
    }

    [Fact]
    public void TryAddPacket_LongestPackets_KeepsToTheBoundOfAFrame()
    {
        var room = new byte[2 * MeshLimits.FrameBytesMax];
        var writer = new MeshFrameWriter(room, MeshFrameSamples.Header, [], []);
        while (writer.TryAddPacket(MeshFrameSamples.KeyFrame, new byte[MeshLimits.PacketBytesMax]))
        { }

        Assert.Equal(36, writer.PacketCount);
        Assert.False(writer.TryAddPacket(default, new byte[MeshLimits.PacketBytesMax + 1]));
        while (writer.TryAddPacket(default, [])) { }

        var written = writer.Finish();
        Assert.InRange(written, MeshLimits.FrameBytesMax - 8, MeshLimits.FrameBytesMax);
        Assert.Equal(MeshParseError.None, MeshFrameReader.TryParse(room.AsSpan(0, written), out _));
    }

    [Fact]
    public void TryAddPacket_TooLongPacket_IsNeverTaken()
    {
        var writer = new MeshFrameWriter(
            new byte[MeshLimits.FrameBytesMax],
            MeshFrameSamples.Header,
            [],
            []
        );

        Assert.False(writer.TryAddPacket(default, new byte[MeshLimits.PacketBytesMax + 1]));
        Assert.True(writer.TryAddPacket(default, new byte[MeshLimits.PacketBytesMax]));
    }

    [Fact]
    public void TryAddPacket_SmallestPackets_KeepsToTheCountOfAFrame()
    {
        var room = new byte[MeshLimits.FrameBytesMax];
        var writer = new MeshFrameWriter(room, MeshFrameSamples.Header, [], []);
        while (writer.TryAddPacket(default, [])) { }

        Assert.Equal(MeshLimits.FramePacketsMax, writer.PacketCount);
        Assert.Equal(
            MeshParseError.None,
            MeshFrameReader.TryParse(room.AsSpan(0, writer.Finish()), out _)
        );
    }

    [Theory]
    [InlineData("c0", MeshParseError.OtherType)]
    [InlineData("90", MeshParseError.MissingElement)]
    [InlineData("9102", MeshParseError.UnknownVersion)]
    [InlineData("9100", MeshParseError.UnknownVersion)]
    [InlineData("91a131", MeshParseError.OtherType)]
    [InlineData("950100000000", MeshParseError.MissingElement)]
    [InlineData("9601ff00000090", MeshParseError.ValueRange)]
    [InlineData("960100ce00010000000090", MeshParseError.ValueRange)]
    [InlineData("96010000080090", MeshParseError.ValueRange)]
    [InlineData("960100000000c0", MeshParseError.OtherType)]
    [InlineData("960100000000dc0101", MeshParseError.Truncated)]
    [InlineData("96010000000090c0", MeshParseError.TrailingBytes)]
    [InlineData("96010000000091950000000000", MeshParseError.MissingElement)]
    [InlineData("9601000000009196cf800000000000000000000000c400", MeshParseError.ValueRange)]
    [InlineData("96010000000091960000cf0000000100000000000000c400", MeshParseError.ValueRange)]
    [InlineData("960100000000919600000000fec400", MeshParseError.ValueRange)]
    [InlineData("9601000000009196000000fe00c400", MeshParseError.ValueRange)]
    [InlineData("9601000000009196000000cc8000c400", MeshParseError.ValueRange)]
    [InlineData("96010000000091960000000000a0", MeshParseError.OtherType)]
    [InlineData("97010000000090c1", MeshParseError.ReservedCode)]
    public void TryParse_BrokenFrame_NamesWhatIsWrong(string hex, MeshParseError expected) =>
        Assert.Equal(expected, MeshFrameReader.TryParse(Vectors.Hex(hex), out _));

    [Fact]
    public void TryParse_BeyondTheBounds_IsRefused()
    {
        object?[] packet = [0UL, 0UL, 0UL, 0UL, 0UL, new byte[MeshLimits.PacketBytesMax + 1]];
        Assert.Equal(MeshParseError.TooLong, Parse([1UL, 0UL, 0UL, 0UL, 0UL, new[] { packet }]));
        packet[5] = Array.Empty<byte>();
        object?[] packets = [.. Enumerable.Repeat(packet, MeshLimits.FramePacketsMax)];
        Assert.Equal(MeshParseError.None, Parse([1UL, 0UL, 0UL, 0UL, 0UL, packets]));
        Assert.Equal(
            MeshParseError.TooManyElements,
            Parse([1UL, 0UL, 0UL, 0UL, 0UL, (object?[])[.. packets, packet]])
        );
        object?[] padded =
        [
            1UL,
            0UL,
            0UL,
            0UL,
            0UL,
            Array.Empty<object?>(),
            null,
            null,
            null,
            null,
            null,
        ];
        padded[10] = new byte[MeshLimits.FrameBytesMax - 14];
        Assert.Equal(MeshLimits.FrameBytesMax, MessagePackTree.Write(padded).Length);
        Assert.Equal(MeshParseError.None, Parse(padded));
        padded[10] = new byte[MeshLimits.FrameBytesMax - 13];
        Assert.Equal(MeshParseError.TooLong, Parse(padded));

        static MeshParseError Parse(object?[] frame) =>
            MeshFrameReader.TryParse(MessagePackTree.Write(frame), out _);
    }

    [Fact]
    public void TryParse_EveryTruncation_IsRefused()
    {
        var whole = MeshFrameSamples.Whole();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Equal(
                MeshParseError.Truncated,
                MeshFrameReader.TryParse(whole.AsSpan(0, length), out var frame)
            );
            Assert.False(frame.TryReadPacket(out _, out _));
        }
    }

    /// <summary>What a newer version appends to any array does not change what an older one reads.</summary>
    [Fact]
    public void TryParse_FurtherElements_AreIgnored() =>
        Seeds.Check(
            random =>
            {
                var whole = MeshFrameSamples.Whole();
                var frame = (object?[])MessagePackTree.ReadByPackage(whole)!;
                object?[] grown =
                [
                    .. frame[..5],
                    GrowEach(frame[5]),
                    (object?[])
                        [
                            .. ((object?[])frame[6]!)[..8],
                            GrowEach(((object?[])frame[6]!)[8]),
                            .. ((object?[])frame[6]!)[9..],
                            Extra(),
                        ],
                    (object?[])
                        [
                            GrowEach(((object?[])frame[7]!)[0]),
                            Grow(((object?[])frame[7]!)[1]),
                            .. ((object?[])frame[7]!)[2..],
                            Extra(),
                            Extra(),
                        ],
                    frame[8],
                    null,
                    Extra(),
                    Extra(),
                ];

                Assert.Equal(
                    SlowMeshFrame.DumpOurs(whole),
                    SlowMeshFrame.DumpOurs(MessagePackTree.WriteByPackage(grown))
                );

                object? Extra() => new[] { MessagePackTree.Draw(random, depth: 0), null };
                object?[] Grow(object? array) => [.. (object?[])array!, Extra()];
                object?[] GrowEach(object? arrays) =>
                    [.. ((object?[])arrays!).Select(array => Grow(array))];
            },
            rounds: 50
        );

    [Fact]
    public void TryParse_WithoutTrailingElements_MeansWithoutDescriptionAndState()
    {
        foreach (var hex in (string[])["96010000000090", "97010000000090c0", "98010000000090c0c0"])
        {
            Assert.Equal(
                MeshParseError.None,
                MeshFrameReader.TryParse(Vectors.Hex(hex), out var frame)
            );
            Assert.True(frame.Description.IsEmpty);
            Assert.True(frame.State.IsEmpty);
            Assert.Equal(0UL, frame.Header.Number);
        }
    }

    /// <summary>A node of the version before says no age of a packet.</summary>
    [Fact]
    public void TryReadPacket_WithoutAge_MeansNone()
    {
        MeshFrameReader.TryParse(Vectors.Hex("96010000000091960000000000c400"), out var frame);

        Assert.True(frame.TryReadPacket(out var packet, out _));
        Assert.Equal(TimeSpan.Zero, packet.Age);
    }

    [Fact]
    public void Run_MutatedFrames_AgreesWithTheSlowReader() =>
        MutationFuzz.Run(
            Run,
            [
                MeshFrameSamples.Whole(),
                MeshFrameSamples.Write(
                    MeshFrameSamples.Header,
                    [(MeshFrameSamples.Last, [])],
                    MeshFrameSamples.Encode(MeshFrameSamples.Audio),
                    MeshFrameSamples.Encode(default(MeshTrackState))
                ),
                MeshFrameSamples.Write(
                    default,
                    [],
                    [],
                    MeshFrameSamples.Encode(
                        MeshFrameSamples.State,
                        [.. new MeshLayerState[MeshLimits.LayersMax]]
                    )
                ),
                MeshFrameSamples.Write(
                    default,
                    [],
                    MeshFrameSamples.Encode(MeshFrameSamples.Audio),
                    []
                ),
            ]
        );

    /// <summary>The one entry: replay, mutation and external fuzzers call it.</summary>
    internal static void Run(ReadOnlySpan<byte> input) =>
        Assert.Equal(SlowMeshFrame.DumpSlowly(input), SlowMeshFrame.DumpOurs(input));
}
