using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Demand written, read, cut and grown.</summary>
public sealed class MeshDemandTests
{
    private static readonly MeshDemandHeader Header = new(
        new(Pop: 1, Node: 0x0203, Life: 0x0405060708090A0B),
        Sequence: 300,
        IsWhole: true
    );

    private static readonly MeshDemandEntry[] Entries =
    [
        new(TrackToken.Create("session", "camera"), Layers: 0b101, KeyFrames: 0b100),
        new(TrackToken.Create("session", "voice"), Layers: 0, KeyFrames: 0),
    ];

    [Fact]
    public void Write_Demand_GivesTheseBytes() =>
        Assert.Equal(
            "970101cd0203cf0405060708090a0bcd012cc3dc0002"
                + $"93c410{Hex(Entries[0].Track)}0504"
                + $"93c410{Hex(Entries[1].Track)}0000",
            Convert.ToHexStringLower(Write(Header, Entries))
        );

    /// <summary>A ceiling is appended; where there is none the bytes are those of older versions.</summary>
    [Theory]
    [InlineData(0, "00")]
    [InlineData(600, "cd0258")]
    public void Write_Claim_IsAppendedToItsEntry(long kilobits, string bytes)
    {
        var entry = Entries[0] with { Ceiling = Bitrate.FromKilobits(kilobits) };

        Assert.EndsWith(
            $"dc000194c410{Hex(entry.Track)}0504{bytes}",
            Convert.ToHexStringLower(Write(Header, [entry])),
            StringComparison.Ordinal
        );
    }

    /// <summary>Behind a ceiling, also where there is no limit.</summary>
    [Theory]
    [InlineData(600)]
    [InlineData(-1)]
    public void Write_NarrowWay_IsReadWithItsClaim(long kilobits)
    {
        var ceiling = kilobits < 0 ? Bitrate.Unlimited : Bitrate.FromKilobits(kilobits);
        var entry = Entries[0] with { Ceiling = ceiling, IsNarrow = true };

        Assert.Equal(
            MeshParseError.None,
            MeshDemandReader.TryParse(Write(Header, [entry]), out var demand)
        );
        Assert.True(demand.TryReadEntry(out var read));
        Assert.Equal(entry, read);
    }

    [Fact]
    public void TryParse_NoClaim_IsUnlimited()
    {
        Assert.Equal(
            MeshParseError.None,
            MeshDemandReader.TryParse(Write(Header, Entries), out var demand)
        );
        Assert.True(demand.TryReadEntry(out var entry));
        Assert.Equal(Bitrate.Unlimited, entry.Ceiling);
    }

    [Fact]
    public void Write_Demand_IsReadByThePackage() =>
        Assert.Equivalent(
            new object?[]
            {
                1UL,
                1UL,
                0x0203UL,
                0x0405060708090A0BUL,
                300UL,
                true,
                new object?[]
                {
                    new object?[] { Convert.FromHexString(Hex(Entries[0].Track)), 5UL, 4UL },
                    new object?[] { Convert.FromHexString(Hex(Entries[1].Track)), 0UL, 0UL },
                },
            },
            MessagePackTree.ReadByPackage(Write(Header, Entries)),
            strict: true
        );

    [Fact]
    public void TryParse_AnyDemand_GivesWhatWasWritten() =>
        Seeds.Check(
            random =>
            {
                var header = new MeshDemandHeader(
                    new(random.NextUInt16(), random.NextUInt16(), random.NextUInt64()),
                    random.NextUInt64() >> random.NextInt32(64),
                    random.NextBool()
                );
                var entries = new MeshDemandEntry[random.NextInt32(40)];
                foreach (ref var entry in entries.AsSpan())
                {
                    entry = NextEntry(random);
                }

                Assert.Equal(
                    MeshParseError.None,
                    MeshDemandReader.TryParse(Write(header, entries), out var demand)
                );
                Assert.Equal(header, demand.Header);
                Assert.Equal(entries.Length, demand.EntryCount);
                foreach (var entry in entries)
                {
                    Assert.True(demand.TryReadEntry(out var read));
                    Assert.Equal(entry, read);
                }

                Assert.False(demand.TryReadEntry(out _));
            },
            rounds: 100
        );

    [Fact]
    public void TryAddEntry_EveryRoom_TakesWhatFits()
    {
        const byte Mark = 0xA5;
        var whole = Write(Header, Entries);
        var seen = new SortedSet<(int Length, int Count)>();
        for (var length = 0; length <= whole.Length; length++)
        {
            var room = new byte[length + 40];
            room.AsSpan(length).Fill(Mark);
            var writer = new MeshDemandWriter(room.AsSpan(0, length), Header);
            foreach (var entry in Entries)
            {
                writer.TryAddEntry(entry);
            }

            Assert.Equal(-1, room.AsSpan(length).IndexOfAnyExcept(Mark));
            seen.Add((writer.Length, writer.EntryCount));
            if (writer.Length > 0)
            {
                Assert.Equal(
                    MeshParseError.None,
                    MeshDemandReader.TryParse(room.AsSpan(0, writer.Length), out var demand)
                );
                Assert.Equal(writer.EntryCount, demand.EntryCount);
            }
        }

        Assert.Equal([(0, 0), (22, 0), (43, 1), (64, 2)], seen);
    }

    [Fact]
    public void TryAddEntry_LongestEntries_KeepsToTheBounds()
    {
        var room = new byte[2 * MeshLimits.DemandBytesMax];
        var header = new MeshDemandHeader(
            new(ushort.MaxValue, ushort.MaxValue, ulong.MaxValue),
            ulong.MaxValue,
            IsWhole: false
        );
        var writer = new MeshDemandWriter(room, header);
        while (
            writer.TryAddEntry(
                new(default, uint.MaxValue, 0b1111)
                {
                    Ceiling = Bitrate.FromKilobits(uint.MaxValue),
                }
            )
        ) { }

        Assert.Equal(MeshLimits.DemandEntriesMax, writer.EntryCount);
        Assert.InRange(writer.Length, 29_000, MeshLimits.DemandBytesMax);
        Assert.Equal(
            MeshParseError.None,
            MeshDemandReader.TryParse(room.AsSpan(0, writer.Length), out _)
        );
    }

    [Theory]
    [InlineData("c0", MeshParseError.OtherType)]
    [InlineData("9103", MeshParseError.UnknownVersion)]
    [InlineData("9601010203c203", MeshParseError.MissingElement)]
    [InlineData("9701ce000100000000" + "00c290", MeshParseError.ValueRange)]
    [InlineData("970101020304c0" + "90", MeshParseError.OtherType)]
    [InlineData("970101020304c2" + "9193c4010000" + "00", MeshParseError.ValueRange)]
    [InlineData("970101020304c2" + "9192c40100" + "00", MeshParseError.MissingElement)]
    [InlineData("970101020304c2" + "9193a10000" + "00", MeshParseError.OtherType)]
    [InlineData("970101020304c2" + "9000", MeshParseError.TrailingBytes)]
    public void TryParse_BrokenDemand_NamesWhatIsWrong(string hex, MeshParseError expected) =>
        Assert.Equal(expected, MeshDemandReader.TryParse(Vectors.Hex(hex), out _));

    [Fact]
    public void TryParse_BeyondTheBounds_IsRefused()
    {
        object?[] entry = [new byte[TrackToken.Bytes], 0UL, 0UL];
        object?[] entries = [.. Enumerable.Repeat(entry, MeshLimits.DemandEntriesMax)];
        Assert.Equal(MeshParseError.None, Parse(entries));
        Assert.Equal(MeshParseError.TooManyElements, Parse([.. entries, entry]));
        Assert.Equal(
            MeshParseError.TooLong,
            MeshDemandReader.TryParse(new byte[MeshLimits.DemandBytesMax + 1], out _)
        );

        static MeshParseError Parse(object?[] entries) =>
            MeshDemandReader.TryParse(
                MessagePackTree.Write(new object?[] { 1UL, 0UL, 0UL, 0UL, 0UL, true, entries }),
                out _
            );
    }

    [Fact]
    public void TryParse_EveryTruncation_IsRefused()
    {
        var whole = Write(Header, Entries);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Equal(
                MeshParseError.Truncated,
                MeshDemandReader.TryParse(whole.AsSpan(0, length), out var demand)
            );
            Assert.False(demand.TryReadEntry(out _));
        }
    }

    [Fact]
    public void TryParse_FurtherElements_AreIgnored()
    {
        var whole = Write(Header, Entries);
        var demand = (object?[])MessagePackTree.ReadByPackage(whole)!;
        object?[] further = [null, new object?[] { "new", 7UL }, true];
        object?[] entries =
        [
            .. ((object?[])demand[6]!).Select(entry =>
                (object?[])[.. (object?[])entry!, null, null, further]
            ),
        ];
        object?[] grown = [.. demand[..6], entries, .. further];

        Assert.Equal(DumpOurs(whole), DumpOurs(MessagePackTree.WriteByPackage(grown)));
    }

    [Fact]
    public void Run_MutatedDemand_AgreesWithTheSlowReader() =>
        MutationFuzz.Run(
            Run,
            [
                Write(Header, Entries),
                Write(default, []),
                Write(
                    default,
                    [Entries[0] with { Ceiling = Bitrate.FromKilobits(600) }, Entries[1]]
                ),
                Write(default, [Entries[0] with { IsNarrow = true }, Entries[1]]),
            ]
        );

    /// <summary>The one entry: replay, mutation and external fuzzers call it.</summary>
    internal static void Run(ReadOnlySpan<byte> input) =>
        Assert.Equal(DumpSlowly(input), DumpOurs(input));

    private static string? DumpOurs(ReadOnlySpan<byte> bytes)
    {
        if (MeshDemandReader.TryParse(bytes, out var demand) != MeshParseError.None)
        {
            return null;
        }

        var (watcher, sequence, isWhole) = demand.Header;
        var text = $"{watcher.Pop} {watcher.Node} {watcher.Life} {sequence} {isWhole}";
        while (demand.TryReadEntry(out var entry))
        {
            text +=
                $"\n{Hex(entry.Track)} {entry.Layers} {entry.KeyFrames} {Kilobits(entry)} {entry.IsNarrow}";
        }

        return text;
    }

    private static string? DumpSlowly(ReadOnlySpan<byte> bytes)
    {
        if (
            !SlowMessagePack.TryRead(bytes, out var value)
            || value is not object?[] demand
            || demand
                is not [
                    1UL,
                    <= (ulong)ushort.MaxValue,
                    <= (ulong)ushort.MaxValue,
                    ulong,
                    ulong,
                    bool,
                    object?[] entries,
                    ..,
                ]
        )
        {
            return null;
        }

        var text = string.Join(' ', demand[1..6]);
        foreach (var each in entries)
        {
            if (
                each is not object?[] entry
                || entry
                    is not [
                        byte[] { Length: TrackToken.Bytes } track,
                        <= (ulong)uint.MaxValue,
                        <= (ulong)uint.MaxValue,
                        ..,
                    ]
            )
            {
                return null;
            }

            var ceiling = entry.Length > 3 ? entry[3] : null;
            if (ceiling is not null and not <= (ulong)uint.MaxValue)
            {
                return null;
            }

            var narrow = entry.Length > 4 ? entry[4] : null;
            if (narrow is not null and not bool)
            {
                return null;
            }

            var said = ceiling is null or (ulong)uint.MaxValue ? "-" : ceiling;
            text +=
                $"\n{Convert.ToHexStringLower(track)} {entry[1]} {entry[2]} {said} {narrow ?? false}";
        }

        return text;
    }

    private static byte[] Write(in MeshDemandHeader header, MeshDemandEntry[] entries)
    {
        var bytes = new byte[MeshLimits.DemandBytesMax];
        var writer = new MeshDemandWriter(bytes, header);
        foreach (var entry in entries)
        {
            Assert.True(writer.TryAddEntry(entry));
        }

        return bytes[..writer.Length];
    }

    private static MeshDemandEntry NextEntry(Prng random)
    {
        Assert.True(TrackToken.TryCreate(random.NextBytes(TrackToken.Bytes), out var track));
        return new(
            track,
            random.NextUInt32() >> random.NextInt32(32),
            random.NextUInt32() >> random.NextInt32(32)
        )
        {
            Ceiling = random.NextBool()
                ? Bitrate.FromKilobits(random.NextUInt32() >> random.NextInt32(32))
                : Bitrate.Unlimited,
            IsNarrow = random.NextBool(),
        };
    }

    private static string Kilobits(in MeshDemandEntry entry) =>
        entry.Ceiling == Bitrate.Unlimited ? "-" : $"{entry.Ceiling.BitsPerSecond / 1000}";

    private static string Hex(TrackToken token)
    {
        var bytes = new byte[TrackToken.Bytes];
        token.CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
