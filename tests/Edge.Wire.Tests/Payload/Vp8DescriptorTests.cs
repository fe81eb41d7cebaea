using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Tests.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Payload;

/// <summary>RFC 7741 §4.2, reading and rewriting.</summary>
public sealed class Vp8DescriptorTests
{
    [Fact]
    public void TryParse_AllFields_ByHand()
    {
        var payload = Vectors.Hex("B0 F0 8123 45 A7 10");
        Assert.True(Vp8Descriptor.TryParse(payload, out var descriptor));
        Assert.Equal(6, descriptor.Length);
        Assert.True(descriptor.StartsFrame);
        Assert.True(descriptor.IsDiscardable);
        Assert.True(descriptor.HasPictureId && descriptor.HasLongPictureId);
        Assert.Equal(0x0123, descriptor.PictureId);
        Assert.Equal(0x45, descriptor.Tl0PictureIndex);
        Assert.Equal(2, descriptor.TemporalLayer);
        Assert.True(descriptor.IsLayerSync);
        Assert.Equal(7, descriptor.KeyIndex);
        Assert.Equal(
            new PayloadFacts(true, true, 2, -1, true),
            PayloadInspector.Inspect(CodecKind.Vp8, payload)
        );
    }

    [Theory]
    [InlineData("10 00", 1, -1)] // Required byte only.
    [InlineData("90 00 00", 2, -1)] // Extension without fields.
    [InlineData("90 80 7F 00", 3, 0x7F)] // 7-bit picture id.
    [InlineData("90 80 FFFF 00", 4, 0x7FFF)] // 15-bit picture id.
    [InlineData("90 40 7F 00", 3, -1)] // TL0PICIDX only.
    [InlineData("90 10 7F 00", 3, -1)] // KEYIDX only.
    [InlineData("11 00", 1, -1)] // Second partition: no frame start.
    public void TryParse_Fields_LengthAndPictureId(string hex, int length, int pictureId)
    {
        Assert.True(Vp8Descriptor.TryParse(Vectors.Hex(hex), out var descriptor));
        Assert.Equal(length, descriptor.Length);
        Assert.Equal(pictureId >= 0, descriptor.HasPictureId);
        Assert.Equal(Math.Max(0, pictureId), descriptor.PictureId);
        Assert.Equal(hex[1] == '0', descriptor.StartsFrame);
    }

    [Fact]
    public void WriteRewritten_ShortPictureId_WrittenWithFifteenBits()
    {
        Assert.True(Vp8Descriptor.TryParse(Vectors.Hex("90 E0 05 45 A0 10"), out var descriptor));
        var bytes = WriterAssert.WritesAllOrNothing(to =>
            descriptor.WriteRewritten(to, pictureId: 0x8005, tl0PictureIndex: 9, keyIndex: 3)
        );
        Assert.Equal(Vectors.Hex("90 E0 8005 09 A0"), bytes);
    }

    [Fact]
    public void WriteRewritten_AnyDescriptor_FieldsReplacedAndRestKept() =>
        Seeds.Check(
            random =>
            {
                var payload = random.NextBytes(12);
                payload[0] |= (byte)(random.NextBool() ? 0x80 : 0);
                if (!Vp8Descriptor.TryParse(payload, out var original))
                {
                    return;
                }

                var pictureId = (ushort)(random.NextUInt16() & Vp8Descriptor.PictureIdMask);
                var tl0 = (byte)random.NextUInt32();
                var keyIndex = (byte)(random.NextUInt32() & Vp8Descriptor.KeyIndexMask);
                var bytes = WriterAssert.WritesAllOrNothing(to =>
                    original.WriteRewritten(to, pictureId, tl0, keyIndex)
                );
                Assert.InRange(bytes.Length, 1, Vp8Descriptor.BytesMax);
                Assert.True(Vp8Descriptor.TryParse([.. bytes, 0], out var written));
                Assert.Equal(bytes.Length, written.Length);
                Assert.Equal(original.StartsFrame, written.StartsFrame);
                Assert.Equal(original.IsDiscardable, written.IsDiscardable);
                Assert.Equal(original.HasPictureId, written.HasPictureId);
                Assert.Equal(original.HasPictureId, written.HasLongPictureId);
                Assert.Equal(original.HasPictureId ? pictureId : 0, written.PictureId);
                Assert.Equal(original.HasTl0PictureIndex ? tl0 : 0, written.Tl0PictureIndex);
                Assert.Equal(original.HasKeyIndex, written.HasKeyIndex);
                Assert.Equal(original.HasTemporalLayer, written.HasTemporalLayer);
                Assert.Equal(original.TemporalLayer, written.TemporalLayer);
                Assert.Equal(original.IsLayerSync, written.IsLayerSync);
                Assert.Equal(original.HasKeyIndex ? keyIndex : original.KeyIndex, written.KeyIndex);
            },
            rounds: 1000
        );
}
