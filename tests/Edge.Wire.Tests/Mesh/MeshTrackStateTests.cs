using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>States written and read.</summary>
public sealed class MeshTrackStateTests
{
    [Fact]
    public void Write_AnyState_IsReadBack() =>
        Seeds.Check(
            random =>
            {
                var state = MeshFrameSamples.NextState(random);
                var layers = new MeshLayerState[random.NextInt32(MeshLimits.LayersMax + 1)];
                foreach (ref var layer in layers.AsSpan())
                {
                    layer = MeshFrameSamples.NextLayer(random);
                }

                var bytes = WriterAssert.WritesAllOrNothing(destination =>
                    MeshTrackState.Write(destination, state, layers)
                );
                var read = new MeshLayerState[MeshLimits.LayersMax];
                Assert.Equal(
                    MeshParseError.None,
                    MeshTrackState.TryParse(bytes, read, out var count, out var readState)
                );
                Assert.Equal(state, readState);
                Assert.Equal(layers, read[..count]);
            },
            rounds: 50
        );

    [Fact]
    public void Write_LongestState_IsAsLongAsItSays()
    {
        var layer = new MeshLayerState(true, uint.MaxValue, new(long.MaxValue));
        var state = new MeshTrackState(
            new MeshSenderReport(new(ulong.MaxValue), uint.MaxValue),
            MeshTrackEnd.Track,
            IsSilent: true
        )
        {
            Owner = new(ushort.MaxValue, ushort.MaxValue),
        };
        var layers = Enumerable.Repeat(layer, MeshLimits.LayersMax + 1).ToArray();

        Assert.Equal(MeshTrackState.BytesMax, MeshFrameSamples.Encode(state, layers).Length);
    }

    [Fact]
    public void Write_NegativeBitrate_IsNone()
    {
        var bytes = MeshFrameSamples.Encode(
            default(MeshTrackState),
            new MeshLayerState(true, 1, new(-5))
        );
        var layers = new MeshLayerState[1];
        MeshTrackState.TryParse(bytes, layers, out _, out _);

        Assert.Equal(new MeshLayerState(true, 1, Bitrate.Zero), layers[0]);
    }

    [Fact]
    public void TryParse_MoreLayersThanRoom_ReadsTheFirst()
    {
        var bytes = MeshFrameSamples.Encode(MeshFrameSamples.State, MeshFrameSamples.Layers);
        var layers = new MeshLayerState[1];

        Assert.Equal(
            MeshParseError.None,
            MeshTrackState.TryParse(bytes, layers, out var count, out var state)
        );
        Assert.Equal(1, count);
        Assert.Equal(MeshFrameSamples.Layers[..1], layers);
        Assert.Equal(MeshFrameSamples.State, state);
    }

    [Theory]
    [InlineData("9190")]
    [InlineData("9290c0")]
    [InlineData("9390c000")]
    [InlineData("9490c0c0c0")]
    [InlineData("9590c0c0c0c0")]
    public void TryParse_WithoutTrailingElements_MeansThatItGoesOn(string hex)
    {
        Assert.Equal(
            MeshParseError.None,
            MeshTrackState.TryParse(Vectors.Hex(hex), [], out _, out var state)
        );
        Assert.Equal(default, state);
    }

    /// <summary>What a newer version says of the owner is passed over, as everywhere.</summary>
    [Fact]
    public void TryParse_OwnerWithMore_IsTheOwner()
    {
        Assert.Equal(
            MeshParseError.None,
            MeshTrackState.TryParse(Vectors.Hex("9590c000c293010205"), [], out _, out var state)
        );
        Assert.Equal(new MeshOwner(1, 2), state.Owner);
    }

    [Theory]
    [InlineData("c0", MeshParseError.OtherType)]
    [InlineData("90", MeshParseError.MissingElement)]
    [InlineData("919190", MeshParseError.MissingElement)]
    [InlineData("919192c3ff", MeshParseError.ValueRange)]
    [InlineData("919100", MeshParseError.OtherType)]
    [InlineData("929091", MeshParseError.Truncated)]
    [InlineData("92909100", MeshParseError.MissingElement)]
    [InlineData("9390c003", MeshParseError.ValueRange)]
    [InlineData("9490c00000", MeshParseError.OtherType)]
    [InlineData("9490c000c200", MeshParseError.TrailingBytes)]
    [InlineData("9590c000c207", MeshParseError.OtherType)]
    [InlineData("9590c000c29101", MeshParseError.MissingElement)]
    [InlineData("9590c000c29201ce00010000", MeshParseError.ValueRange)]
    [InlineData("9590c000c29201", MeshParseError.Truncated)]
    public void TryParse_BrokenState_NamesWhatIsWrong(string hex, MeshParseError expected)
    {
        var layers = new MeshLayerState[MeshLimits.LayersMax];

        Assert.Equal(
            expected,
            MeshTrackState.TryParse(Vectors.Hex(hex), layers, out var count, out var state)
        );
        Assert.Equal(0, count);
        Assert.Equal(default, state);
    }
}
