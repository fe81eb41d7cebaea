using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Descriptions written and read.</summary>
public sealed class MeshDescriptionTests
{
    [Fact]
    public void Write_AnyDescription_IsReadBack()
    {
        foreach (
            var description in (MeshDescription[])[MeshFrameSamples.Audio, MeshFrameSamples.Video]
        )
        {
            var bytes = WriterAssert.WritesAllOrNothing(description.Write);

            AssertReads(description, bytes);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Equal(
                    MeshParseError.Truncated,
                    MeshDescription.TryParse(bytes.AsSpan(0, length), out var read)
                );
                Assert.Null(read);
            }
        }
    }

    [Fact]
    public void TryParse_WithoutTrailingElements_MeansThePlainest() =>
        AssertReads(
            new()
            {
                Kind = MediaKind.Audio,
                CodecName = "PCMU",
                PayloadType = new(0),
                ClockRate = 8000,
            },
            Vectors.Hex("9400a450434d5500cd1f40")
        );

    [Fact]
    public void Write_LongestFormatLineOfSdp_Fits()
    {
        var description = MeshFrameSamples.Video with { Format = new string('x', 4096) };

        AssertReads(description, MeshFrameSamples.Encode(description));
    }

    [Fact]
    public void Write_LongerThanReadersTake_IsRefused()
    {
        var room = new byte[2 * MeshLimits.DescriptionBytesMax];
        var spare = MeshLimits.DescriptionBytesMax - MeshFrameSamples.Audio.Write(room) - 2;
        var longest = MeshFrameSamples.Audio with { Format = new string('x', spare) };

        Assert.Equal(MeshLimits.DescriptionBytesMax, longest.Write(room));
        AssertReads(longest, room[..MeshLimits.DescriptionBytesMax]);
        Assert.Equal(0, (longest with { Format = longest.Format + "x" }).Write(room));
        Assert.Equal(
            MeshParseError.TooLong,
            MeshDescription.TryParse(room.AsSpan(0, MeshLimits.DescriptionBytesMax + 1), out _)
        );
    }

    [Fact]
    public void Write_MoreThanReadersTake_IsRefused()
    {
        var room = new byte[MeshLimits.DescriptionBytesMax];
        var rids = Enumerable.Repeat(Rid.Create("r"), MeshLimits.LayersMax).ToArray();
        var extensions = Enumerable
            .Repeat(new MeshExtension("u", 1), MeshLimits.ExtensionsMax)
            .ToArray();
        var most = MeshFrameSamples.Audio with { Rids = [.. rids], Extensions = [.. extensions] };

        AssertReads(most, MeshFrameSamples.Encode(most));
        Assert.Equal(0, (most with { Rids = [.. rids, rids[0]] }).Write(room));
        Assert.Equal(0, (most with { Extensions = [.. extensions, extensions[0]] }).Write(room));
    }

    [Fact]
    public void Write_EmptyFormat_IsNone()
    {
        var description = MeshFrameSamples.Audio with { Format = "" };

        AssertReads(MeshFrameSamples.Audio, MeshFrameSamples.Encode(description));
    }

    [Theory]
    [InlineData("c0", MeshParseError.OtherType)]
    [InlineData("9300a15600", MeshParseError.MissingElement)]
    [InlineData("9402a1560001", MeshParseError.ValueRange)]
    [InlineData("9401a00001", MeshParseError.ValueRange)]
    [InlineData("9401a20d0a0001", MeshParseError.ValueRange)]
    [InlineData("9401a1000001", MeshParseError.ValueRange)]
    [InlineData("9401a2560a0001", MeshParseError.ValueRange)]
    [InlineData("9401a20956" + "0001", MeshParseError.None)]
    [InlineData("9401a1ff0001", MeshParseError.ValueRange)]
    [InlineData("9401a156cc8001", MeshParseError.ValueRange)]
    [InlineData("9401a1560000", MeshParseError.ValueRange)]
    [InlineData("9501a156000100", MeshParseError.ValueRange)]
    [InlineData("9601a15600010105", MeshParseError.OtherType)]
    [InlineData("9701a156000101c0cc80", MeshParseError.ValueRange)]
    [InlineData("9801a156000101c0c091a120", MeshParseError.ValueRange)]
    [InlineData("9801a156000101c0c099", MeshParseError.Truncated)]
    [InlineData(
        "9801a156000101c0c099a161a161a161a161a161a161a161a161a161",
        MeshParseError.TooManyElements
    )]
    [InlineData("9901a156000101c0c0909192a16100", MeshParseError.ValueRange)]
    [InlineData("9901a156000101c0c0909192a161cd0100", MeshParseError.ValueRange)]
    [InlineData("9901a156000101c0c0909191a161", MeshParseError.MissingElement)]
    [InlineData("9a01a156000101c0c09090c2", MeshParseError.OtherType)]
    [InlineData("9b01a156000101c0c0909000cc80", MeshParseError.ValueRange)]
    [InlineData("9401a1560001c0", MeshParseError.TrailingBytes)]
    public void TryParse_BrokenDescription_NamesWhatIsWrong(string hex, MeshParseError expected)
    {
        Assert.Equal(expected, MeshDescription.TryParse(Vectors.Hex(hex), out var read));
        Assert.Equal(expected == MeshParseError.None, read is not null);
    }

    private static void AssertReads(MeshDescription expected, byte[] bytes)
    {
        Assert.Equal(MeshParseError.None, MeshDescription.TryParse(bytes, out var read));
        Assert.Equal(expected.Rids.AsEnumerable(), read!.Rids);
        Assert.Equal(expected.Extensions.AsEnumerable(), read.Extensions);
        // Immutable arrays are equal only when they are the same.
        Assert.Equal(
            expected with
            {
                Rids = [],
                Extensions = [],
            },
            read with
            {
                Rids = [],
                Extensions = [],
            }
        );
    }
}
