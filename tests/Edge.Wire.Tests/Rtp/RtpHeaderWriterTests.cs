using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>RFC 3550 §5.1 and RFC 8285 §4, writing.</summary>
public sealed class RtpHeaderWriterTests
{
    [Fact]
    public void Complete_NoExtension_FixedHeaderOnly()
    {
        var header = new byte[12];
        var writer = Writer(header, ExtensionForm.OneByte);
        Assert.Equal(12, writer.Complete());
        Assert.Equal(Vectors.Hex("80E0FFFE0102030405060708"), header);
    }

    [Fact]
    public void Complete_OneByteElements_PaddedToWords()
    {
        var header = new byte[64];
        var writer = Writer(header, ExtensionForm.OneByte);
        Assert.True(writer.AddToken(4, Token16.Create("1")));
        Assert.True(writer.AddUInt16(3, 0x1234));
        Assert.True(writer.AddUInt24(2, 0xABCDEF));
        Assert.Equal(28, writer.Complete());
        Assert.Equal(
            Vectors.Hex("90E0FFFE0102030405060708 BEDE0003 4031 311234 22ABCDEF 000000"),
            header[..28]
        );
    }

    [Theory]
    [InlineData(ExtensionForm.OneByte, 0, 1)]
    [InlineData(ExtensionForm.OneByte, 15, 1)]
    [InlineData(ExtensionForm.OneByte, 1, 0)]
    [InlineData(ExtensionForm.OneByte, 1, 17)]
    [InlineData(ExtensionForm.TwoByte, 0, 1)]
    [InlineData(ExtensionForm.TwoByte, 1, 256)]
    public void AddExtension_FormCannotCarryIt_LeftOut(ExtensionForm form, byte id, int length)
    {
        var header = new byte[512];
        var writer = Writer(header, form);
        Assert.False(writer.AddExtension(id, new byte[length]));
        Assert.True(writer.AddUInt16(1, 7));
        Assert.Equal(20, writer.Complete());
    }

    [Fact]
    public void Complete_EveryShorterBuffer_Zero()
    {
        for (var length = 0; length < 28; length++)
        {
            var writer = Writer(new byte[length], ExtensionForm.OneByte);
            writer.AddUInt24(2, 1);
            writer.AddUInt16(3, 2);
            writer.AddUInt16(4, 2);
            writer.AddToken(5, Token16.Create("a"));
            Assert.Equal(0, writer.Complete());
        }
    }

    [Fact]
    public void Complete_RandomElements_ReadBack() =>
        Seeds.Check(
            random =>
            {
                var form = random.NextBool() ? ExtensionForm.OneByte : ExtensionForm.TwoByte;
                var header = new byte[2048];
                var writer = Writer(header, form);
                List<(int Id, byte[] Data)> added = [];
                for (var count = random.NextInt32(6); count > 0; count--)
                {
                    var id = 1 + random.NextInt32(form == ExtensionForm.OneByte ? 14 : 255);
                    var length =
                        form == ExtensionForm.OneByte
                            ? 1 + random.NextInt32(16)
                            : random.NextInt32(256);
                    added.Add((id, random.NextBytes(length)));
                    Assert.True(writer.AddExtension((byte)id, added[^1].Data));
                }

                var headerLength = writer.Complete();
                Assert.Equal(
                    RtpParseError.None,
                    RtpPacket.TryParse(header.AsSpan(0, headerLength), out var packet)
                );
                Assert.Equal(headerLength, packet.HeaderLength);
                Assert.Equal(0x05060708u, packet.Ssrc.Value);
                var index = 0;
                foreach (var element in packet.Extensions)
                {
                    Assert.Equal(added[index].Id, element.Id);
                    Assert.Equal(added[index++].Data, element.Data.ToArray());
                }

                Assert.Equal(added.Count, index);
            },
            rounds: 500
        );

    private static RtpHeaderWriter Writer(Span<byte> destination, ExtensionForm form) =>
        new(
            destination,
            marker: true,
            new PayloadType(96),
            new SequenceNumber(0xFFFE),
            0x01020304,
            new Ssrc(0x05060708),
            form
        );
}
