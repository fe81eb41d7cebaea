using Edge.Testing;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Extensions;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>The video-layers-allocation00 header extension.</summary>
public sealed class VideoLayersAllocationTests
{
    private static readonly byte[] Chromium = Vectors.Hex("01805078C801013F00B33C");

    [Fact]
    public void TryParse_ChromiumOneStream_RatesAndSize()
    {
        Assert.True(VideoLayersAllocation.TryParse(Chromium, out var allocation));
        Assert.Equal(0, allocation.StreamIndex);
        Assert.Equal(1, allocation.StreamCount);
        Assert.True(allocation.HasSizes);
        Assert.Equal(["0/0 80,120,200 320x180@60"], Describe(Chromium));
    }

    [Fact]
    public void TryParse_SeparateMasks_EveryStreamWalked()
    {
        // Stream 1 of 3: S0 of the first, nothing of the second, S0 and S1 of the third.
        var bytes = Vectors.Hex("60 1030 10 0A141E28");
        Assert.Equal(["0/0 10", "2/0 20,30", "2/1 40"], Describe(bytes));
        Assert.False(VideoLayersAllocation.TryParse([.. bytes, 0], out _));
    }

    [Fact]
    public void TryParse_ZeroByte_NothingIsSent()
    {
        Assert.True(VideoLayersAllocation.TryParse([0], out var allocation));
        Assert.Equal(0, allocation.StreamCount);
        Assert.False(allocation.MoveNext());
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0180")]
    [InlineData("01805078C8")]
    [InlineData("01805078C801013F00B3")]
    [InlineData("01805078C801013F00B33C00")]
    [InlineData("0100FFFFFFFFFF01")]
    public void TryParse_CutOffOrLonger_Refused(string hex) =>
        Assert.False(VideoLayersAllocation.TryParse(Vectors.Hex(hex), out _));

    [Fact]
    public void TryParse_BrowserHeaders_AllRead()
    {
        var found = 0;
        foreach (var bytes in BrowserHeaders.Corpus)
        {
            RtpPacket.TryParse(bytes, out var packet);
            if (
                packet.PayloadType.Value is >= 45 and <= 103
                && packet.TryFindExtension(9, out var data)
            )
            {
                Assert.True(VideoLayersAllocation.TryParse(data, out _));
                found++;
            }
        }

        Assert.InRange(found, 4, 100);
    }

    [Fact]
    public void TryParse_MutatedElements_WalkIsBounded() =>
        MutationFuzz.Run(Target, [Chromium, [0], Vectors.Hex("60 1030 10 0A141E28")]);

    internal static void Target(ReadOnlySpan<byte> bytes)
    {
        if (!VideoLayersAllocation.TryParse(bytes, out var allocation))
        {
            return;
        }

        // Slow check: written again plainly, without LEB128 in longer form, it is the same or shorter.
        var layers = 0;
        var rates = 0;
        foreach (var layer in allocation)
        {
            Assert.InRange(layer.Stream, 0, 3);
            Assert.InRange(layer.Spatial, 0, 3);
            Assert.InRange(layer.TemporalCount, 1, 4);
            Assert.Equal(allocation.HasSizes, layer.Width > 0);
            for (var temporal = 0; temporal < layer.TemporalCount; temporal++)
            {
                Assert.InRange(
                    layer.TargetBitrate(temporal).BitsPerSecond,
                    0,
                    uint.MaxValue * 1000L
                );
                rates++;
            }

            layers++;
        }

        Assert.InRange(layers, 0, 16);
        Assert.True(1 + rates + (allocation.HasSizes ? 5 * layers : 0) <= bytes.Length);
    }

    private static List<string> Describe(byte[] bytes)
    {
        Assert.True(VideoLayersAllocation.TryParse(bytes, out var allocation));
        List<string> lines = [];
        foreach (var layer in allocation)
        {
            var current = layer;
            var rates = Enumerable
                .Range(0, current.TemporalCount)
                .Select(temporal => current.TargetBitrate(temporal).BitsPerSecond / 1000);
            lines.Add(
                $"{layer.Stream}/{layer.Spatial} {string.Join(",", rates)}"
                    + (
                        layer.Width == 0
                            ? ""
                            : $" {layer.Width}x{layer.Height}@{layer.FramesPerSecond}"
                    )
            );
        }

        return lines;
    }
}
