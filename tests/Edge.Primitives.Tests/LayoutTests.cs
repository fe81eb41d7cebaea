using System.Runtime.CompilerServices;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Sizes of the structs that packets and rings are full of; each with what it costs to grow.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void NetworkAddress_Size_FitsHalfACacheLine() =>
        // 16 address bytes, a port, padded to the alignment of the two words.
        Assert.Equal(24, Unsafe.SizeOf<NetworkAddress>());

    [Fact]
    public void PacketHandle_Size_TravelsInRings() =>
        // A byte padded to 4, the slot, the generation.
        Assert.Equal(12, Unsafe.SizeOf<PacketHandle>());

    [Fact]
    public void Token16_Size_TwoWords() => Assert.Equal(16, Unsafe.SizeOf<Token16>());

    [Fact]
    public void OneWordQuantities_Size_AsTheirNumber()
    {
        Assert.Equal(8, Unsafe.SizeOf<Instant>());
        Assert.Equal(8, Unsafe.SizeOf<NtpTimestamp>());
        Assert.Equal(8, Unsafe.SizeOf<Bitrate>());
        Assert.Equal(8, Unsafe.SizeOf<SequenceUnwrapper>());
        Assert.Equal(4, Unsafe.SizeOf<Ssrc>());
        Assert.Equal(2, Unsafe.SizeOf<SequenceNumber>());
        Assert.Equal(1, Unsafe.SizeOf<PayloadType>());
    }

    [Fact]
    public void MidAndRid_Size_NoMoreThanTheirToken()
    {
        Assert.Equal(16, Unsafe.SizeOf<Mid>());
        Assert.Equal(16, Unsafe.SizeOf<Rid>());
    }

    [Fact]
    public void SsrcAndPayloadType_ToString_Plain()
    {
        Assert.Equal("4294967295", new Ssrc(uint.MaxValue).ToString());
        Assert.Equal("127", new PayloadType(127).ToString());
    }
}
