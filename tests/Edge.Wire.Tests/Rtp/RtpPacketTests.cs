using System.Globalization;
using System.Text;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Extensions;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>RFC 3550 §5.1 and RFC 8285 §4, on hand-made packets and headers of browsers.</summary>
public sealed class RtpPacketTests
{
    public static TheoryData<string> BrowserHeaderNames => [.. BrowserHeaders.All.Names];

    [Theory]
    [MemberData(nameof(BrowserHeaderNames))]
    public void TryParse_BrowserHeader_MidAndTransportSequenceFound(string name)
    {
        var bytes = BrowserHeaders.All[name];
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(bytes, out var packet));
        var parts = name.Split('-');
        Assert.Equal(int.Parse(parts[^2], CultureInfo.InvariantCulture), packet.PayloadType.Value);
        Assert.Equal(
            int.Parse(parts[^1], CultureInfo.InvariantCulture),
            packet.SequenceNumber.Value
        );
        Assert.Equal(bytes.Length, packet.HeaderLength);
        Assert.Equal(0, packet.PayloadLength);

        // Chromium: mid 4, transport sequence 3; Firefox: mid 3, transport sequence 7.
        var isFirefox = name.StartsWith("ff", StringComparison.Ordinal);
        Assert.True(packet.TryFindExtension(isFirefox ? (byte)3 : (byte)4, out var mid));
        var isAudio = packet.PayloadType.Value is 109 or 111;
        Assert.Equal(isAudio ? "0" : "1", Encoding.ASCII.GetString(mid));
        Assert.True(packet.TryFindExtension(isFirefox ? (byte)7 : (byte)3, out var sequence));
        Assert.True(TransportSequenceNumber.TryRead(sequence, out var number));
        Assert.InRange(number.Value, 1, 200);
    }

    [Fact]
    public void TryParse_ChromiumTwoByteHeader_EveryElementFound()
    {
        RtpPacket.TryParse(BrowserHeaders.All["c-vp8-96-25651"], out var packet);
        var ids = new List<byte>();
        foreach (var element in packet.Extensions)
        {
            ids.Add(element.Id);
        }

        Assert.Equal(0x1000, packet.ExtensionProfile);
        Assert.Equal([2, 3, 4, 10, 8, 13, 7, 12, 9], ids);
        Assert.True(packet.TryFindExtension(10, out var rid));
        Assert.Equal("q", Encoding.ASCII.GetString(rid));
        Assert.False(packet.TryFindExtension(14, out _));
    }

    [Theory]
    [InlineData("", RtpParseError.TruncatedHeader)]
    [InlineData("8060000100000001000000", RtpParseError.TruncatedHeader)]
    [InlineData("406000010000000100000002", RtpParseError.UnsupportedVersion)]
    [InlineData("816000010000000100000002", RtpParseError.TruncatedContributingSources)]
    [InlineData("906000010000000100000002BEDE00", RtpParseError.TruncatedExtension)]
    [InlineData("906000010000000100000002BEDE0001", RtpParseError.TruncatedExtension)]
    [InlineData("A06000010000000100000002", RtpParseError.BadPaddingLength)]
    [InlineData("A0600001000000010000000200", RtpParseError.BadPaddingLength)]
    [InlineData("A06000010000000100000002AABB04", RtpParseError.BadPaddingLength)]
    public void TryParse_MalformedPacket_NamesThePart(string hex, RtpParseError expected) =>
        Assert.Equal(expected, RtpPacket.TryParse(Vectors.Hex(hex), out _));

    [Fact]
    public void TryParse_PaddingOnly_PayloadIsEmpty()
    {
        var bytes = Vectors.Hex("A06000010000000100000002AABB03");
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(bytes, out var packet));
        Assert.True(packet.Payload.IsEmpty);
        Assert.Equal(3, packet.PaddingLength);
    }

    [Fact]
    public void TryParse_ContributingSources_PayloadAfterThem()
    {
        var bytes = Vectors.Hex("82E0FFFE0102030405060708111111112222222268");
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(bytes, out var packet));
        Assert.True(packet.Marker);
        Assert.Equal(new PayloadType(96), packet.PayloadType);
        Assert.Equal(new SequenceNumber(0xFFFE), packet.SequenceNumber);
        Assert.Equal(0x01020304u, packet.Timestamp);
        Assert.Equal(new Ssrc(0x05060708), packet.Ssrc);
        Assert.Equal(20, packet.HeaderLength);
        Assert.Equal([0x68], packet.Payload.ToArray());
        Assert.True(packet.ExtensionBlock.IsEmpty);
    }

    [Theory]
    [InlineData("BEDE", "10AAF0BB20CC0000", 1)] // Identifier 15 stops (RFC 8285 §4.2).
    [InlineData("BEDE", "10AA03BB20CC0000", 1)] // Identifier 0 with a length stops.
    [InlineData("BEDE", "10AA0000001FBBCC", 1)] // A length past the end stops.
    [InlineData("BEDE", "0000000010AA20BB", 2)] // Zeros are padding.
    [InlineData("100F", "01000201AA000000", 2)] // Two-byte form; no data is allowed.
    [InlineData("1000", "0101AA00000003FF", 1)] // A length past the end stops.
    [InlineData("1000", "0101AA0000000003", 1)] // A length that is missing stops.
    [InlineData("ABAC", "10AA10AA10AA10AA", 0)] // Another profile has no elements.
    public void Extensions_OddBlock_WholeElementsOnly(string profile, string block, int count)
    {
        var bytes = Vectors.Hex("906000010000000100000002" + profile + "0002" + block);
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(bytes, out var packet));
        var found = 0;
        foreach (var element in packet.Extensions)
        {
            Assert.InRange(element.Id, 1, 3);
            found++;
        }

        Assert.Equal(count, found);
    }

    [Theory]
    [InlineData("80C8", true)]
    [InlineData("80DF", true)]
    [InlineData("80BF", false)]
    [InlineData("80E0", false)]
    [InlineData("8060", false)]
    [InlineData("80", false)]
    public void IsRtcp_SecondByte_DecidesByRange(string hex, bool expected) =>
        Assert.Equal(expected, RtpHeader.IsRtcp(Vectors.Hex(hex)));
}
