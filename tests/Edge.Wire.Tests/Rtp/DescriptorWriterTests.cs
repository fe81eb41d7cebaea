using Edge.Testing;
using Edge.Wire.Bits;
using Edge.Wire.Rtp.Dependencies;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>AV1 RTP specification, appendix A: descriptors of Chromium 156 and Firefox 153 rewritten for a
/// receiver.</summary>
public sealed class DescriptorWriterTests
{
    private static readonly string[] Captured =
    [
        "c000018002044eaaaf2860414d34538a0940404fc02cc0",
        "c00001800104eaac851450460404fc02cc",
        "c0000180003a410100",
        "c00001800214eaa860414d1410208427013f00b3",
        "c10001c00123ba22891820d21001111813f80b3827f8167a",
        "c00001c0081485214eaaaaa8000600004000100002aa80a8000600004000100002a000a800060000400016d549"
            + "241b5524906d54923157e001974ca864330e222396eca8655304224390eca87753013f00b3027f016704ff02cf0380",
    ];

    /// <summary>Three temporal layers of VP8, of which two are wanted: the mask comes behind the structure,
    /// whose bits stay.</summary>
    [Fact]
    public void Write_StructureWithoutMask_MaskBehindIt()
    {
        var source = Vectors.Hex(Captured[0]);
        var structure = new DependencyStructure();
        DependencyDescriptor.TryParse(source, structure, out var descriptor);
        var edit = Edit(descriptor, structure, frameOffset: 0xFFF0, mask: 0b011);

        var written = Written(source, edit);

        Assert.Equal(source.Length + 1, written.Length);
        Assert.Equal("SE f17 s0t0 active3 SSS [] []", Described(written));
    }

    [Fact]
    public void Write_ShortDescriptorWithMask_GetsFlagsAndMask()
    {
        var structure = new DependencyStructure();
        DependencyDescriptor.TryParse(Vectors.Hex(Captured[0]), structure, out _);
        var source = Vectors.Hex("c30007");
        DependencyDescriptor.TryParse(source, structure, out var descriptor);

        var written = Written(source, Edit(descriptor, structure, frameOffset: 2, mask: 0b111));

        Assert.Equal(Vectors.Hex("c300054700"[..8]), written[..4]);
        DependencyDescriptor.TryParse(written, structure, out var read);
        Assert.True(read.HasActiveTargets);
        Assert.Equal((0b111u, 5), (read.ActiveTargets, (int)read.FrameNumber.Value));
    }

    [Fact]
    public void Write_WithoutMask_OnlyTheFrameNumberDiffers()
    {
        var source = Vectors.Hex("c50002");
        var edit = new DescriptorEdit { IsCarried = true, FrameOffset = 3 };
        Assert.Equal(Vectors.Hex("c5ffff"), Written(source, edit));
    }

    [Fact]
    public void Write_TooShortOrNoRoom_WritesNothing()
    {
        var edit = new DescriptorEdit { IsCarried = true };
        Span<byte> destination = stackalloc byte[2];
        Assert.Equal(0, DescriptorWriter.Write(Vectors.Hex("c500"), edit, destination));
        Assert.Equal(0, DescriptorWriter.Write(Vectors.Hex("c50002"), edit, destination));
        Assert.Equal([0, 0], destination.ToArray());
    }

    [Fact]
    public void Write_NoRoomInAnElement_MaskIsLeftOut()
    {
        var source = new byte[DescriptorWriter.BytesMax];
        source[0] = 0xC5;
        var edit = new DescriptorEdit
        {
            IsCarried = true,
            TargetCount = 3,
            MaskOffset = 29,
            ActiveTargets = 1,
        };
        Assert.Equal(source, Written(source, edit));
    }

    /// <summary>Every descriptor that parses, under any edit, parses to the same but for what was edited.</summary>
    [Fact]
    public void Write_MutatedDescriptors_SameButForTheEdit() =>
        MutationFuzz.Run(Target, [.. Captured.Select(Vectors.Hex), Vectors.Hex("c000021a000800")]);

    internal static void Target(ReadOnlySpan<byte> bytes)
    {
        var before = Vectors.Hex(Captured[4]);
        var structure = new DependencyStructure();
        DependencyDescriptor.TryParse(before, structure, out _);
        if (
            bytes.Length > byte.MaxValue - 4
            || DependencyDescriptor.TryParse(bytes, structure, out var descriptor)
                != DependencyDescriptorError.None
        )
        {
            return;
        }

        var mask = (0x5A5A_5A5Au ^ bytes[^1]) & structure.AllTargets;
        var edit = Edit(descriptor, structure, frameOffset: 77, mask);
        var written = Written(bytes, edit);
        Assert.Equal(written.Length, DescriptorWriter.LengthOf(bytes, edit));
        SlowDependencyDescriptor.Structure? slow = null;
        SlowDependencyDescriptor.Describe(before, ref slow);
        var expected = SlowDependencyDescriptor.Describe(bytes.ToArray(), ref slow)!;
        slow = null;
        SlowDependencyDescriptor.Describe(before, ref slow);
        var line = SlowDependencyDescriptor.Describe(written, ref slow);
        var number = unchecked((ushort)(descriptor.FrameNumber.Value - 77));
        Assert.Equal(Edited(expected, number, mask), line);
    }

    [Fact]
    public void WriteLengthOfBits_Steady_AllocateNothing()
    {
        var source = Vectors.Hex(Captured[5]);
        var destination = new byte[DescriptorWriter.BytesMax];
        var edit = new DescriptorEdit
        {
            IsCarried = true,
            FrameOffset = 9,
            TargetCount = 9,
            ActiveTargets = 7,
            MaskOffset = 700,
        };
        AllocationAssert.None(() =>
        {
            DescriptorWriter.Write(source, edit, destination);
            _ = DescriptorWriter.LengthOf(source, edit);
            _ = DescriptorBits.HasStructure(source) && DescriptorBits.StartsFrame(source);
            _ = DescriptorBits.EndsFrame(source);
            _ = DescriptorBits.TryReadFrameNumber(source, out _);
        });
    }

    [Fact]
    public void BitWriter_AnyWidths_ReadBackAsWritten() =>
        Seeds.Check(
            random =>
            {
                var bytes = new byte[64];
                var writer = new BitWriter(bytes);
                List<(uint Value, int Count)> written = [];
                while (writer.Offset < 400)
                {
                    var count = 1 + random.NextInt32(32);
                    var value = random.NextUInt32() & (uint)((1UL << count) - 1);
                    writer.Write(value, count);
                    written.Add((value, count));
                }

                var reader = new BitReader(bytes);
                foreach (var (value, count) in written)
                {
                    Assert.Equal(value, reader.ReadBits(count));
                }

                Assert.False(writer.HasOverrun);
                for (var left = 0; left < 20; left++)
                {
                    writer.Write(1, 32);
                }

                Assert.True(writer.HasOverrun);
            },
            rounds: 50
        );

    private static DescriptorEdit Edit(
        DependencyDescriptor descriptor,
        DependencyStructure structure,
        ushort frameOffset,
        uint mask
    ) =>
        new()
        {
            IsCarried = true,
            FrameOffset = frameOffset,
            ActiveTargets = mask,
            TargetCount = (byte)structure.TargetCount,
            MaskOffset = (ushort)descriptor.ActiveTargetsOffset,
        };

    private static byte[] Written(ReadOnlySpan<byte> source, in DescriptorEdit edit)
    {
        var destination = new byte[DescriptorWriter.BytesMax];
        return destination[..DescriptorWriter.Write(source, edit, destination)];
    }

    private static string? Described(byte[] data)
    {
        SlowDependencyDescriptor.Structure? structure = null;
        return SlowDependencyDescriptor.Describe(data, ref structure);
    }

    /// <summary>The line with another frame number and mask.</summary>
    private static string Edited(string line, ushort number, uint mask)
    {
        var words = line.Split(' ').ToList();
        words[1] = $"f{number}";
        words.RemoveAll(word => word.StartsWith("active", StringComparison.Ordinal));
        words.Insert(3, $"active{mask}");
        return string.Join(' ', words);
    }
}
