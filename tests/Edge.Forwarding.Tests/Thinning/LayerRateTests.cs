using Edge.Forwarding.Thinning;
using Edge.Testing;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

public sealed class LayerRateTests
{
    /// <summary>What a cap lets through is what the rates said of it.</summary>
    [Theory]
    [InlineData(CodecKind.Av1, 3, 3, true, true)]
    [InlineData(CodecKind.Av1, 3, 3, false, true)]
    [InlineData(CodecKind.Vp9, 3, 3, false, false)]
    [InlineData(CodecKind.Vp8, 1, 3, false, false)]
    public void LayerRates_EachPair_AsMuchAsAViewerOfItGets(
        CodecKind codec,
        int spatials,
        int temporals,
        bool isKeyMode,
        bool hasDescriptors
    )
    {
        var random = Seeds.Random();
        var bench = new ThinningBench(codec, new(spatials, temporals, isKeyMode), hasDescriptors);
        bench.Pictures(200, random);
        var rates = bench.Track.LayerRates(0, bench.Now);
        for (var spatial = 0; spatial < LayerCell.LayersMax; spatial++)
        {
            for (var temporal = 0; temporal < LayerCell.LayersMax; temporal++)
            {
                var cell = new LayerCell((byte)spatial, (byte)temporal);
                var isThere = spatial < spatials && temporal < temporals;
                Assert.Equal(isThere, rates.Has(cell));
                if (isThere)
                {
                    var expected = bench.BytesOf(spatial, temporal, lastPictures: 32) * 8 / 1.056;
                    Assert.InRange(rates.Of(cell).BitsPerSecond, expected * 0.8, expected * 1.2);
                }
            }
        }

        Assert.False(bench.Track.LayerRates(1, bench.Now).Has(default));
    }

    [Fact]
    public void LayerRates_PublisherSilent_FadeAway()
    {
        var bench = new ThinningBench(CodecKind.Av1, new(1, 2));
        bench.Pictures(60, Seeds.Random());
        var later = bench.Now + TimeSpan.FromSeconds(5);
        Assert.InRange(bench.Track.LayerRates(0, later).Of(default).BitsPerSecond, 0, 1000);
    }

    /// <summary>Packets that nobody here takes do not come, and their layers are there nevertheless.</summary>
    [Theory]
    [InlineData(CodecKind.Av1, true, 0x33)]
    [InlineData(CodecKind.Vp9, false, 0x33)]
    [InlineData(CodecKind.Vp8, false, 0x3)]
    public void FindPairs_PacketsCeased_WhatCameLast(
        CodecKind codec,
        bool hasDescriptors,
        int expected
    )
    {
        var spatials = codec == CodecKind.Vp8 ? 1 : 2;
        var bench = new ThinningBench(codec, new(spatials, 2), hasDescriptors);
        bench.Pictures(60, Seeds.Random());
        Assert.Equal(expected, bench.Track.FindPairs(0, bench.Now));
        var later = bench.Now + TimeSpan.FromSeconds(5);
        Assert.Equal(expected, bench.Track.FindPairs(0, later));
        Assert.Equal(expected, bench.Track.FindPairs(-1, later));
        bench.ReplaceSource();
        Assert.Equal(0, bench.Track.FindPairs(-1, later));
    }

    [Fact]
    public void LayerRates_StreamWithoutLayers_TellNothing()
    {
        var bench = new ThinningBench(CodecKind.H264, new(1, 1), hasDescriptors: false);
        bench.Pictures(60, Seeds.Random());
        Assert.Equal(0, bench.Track.LayerRates(0, bench.Now).Present);
    }
}
