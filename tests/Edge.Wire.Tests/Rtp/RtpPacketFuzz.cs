using Edge.Testing;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>Fuzz target: a decrypted RTP packet.</summary>
public sealed class RtpPacketFuzz
{
    [Fact]
    public void TryParse_MutatedPackets_AgreesWithSlowReader() =>
        MutationFuzz.Run(
            Target,
            [
                .. BrowserHeaders.Corpus,
                Vectors.Hex("80600001000000010000000268656C6C6F"),
                Vectors.Hex("A0600001000000010000000268656C6C6F000003"),
                Vectors.Hex(
                    "B26000010000000100000002111111112222222210010002010002FF0300AB00C1C2C302"
                ),
            ]
        );

    internal static void Target(ReadOnlySpan<byte> bytes)
    {
        var expected = SlowRtpPacket.Parse(bytes.ToArray());
        var error = RtpPacket.TryParse(bytes, out var packet);
        Assert.Equal(expected is not null, error == RtpParseError.None);
        Assert.Equal(
            error is RtpParseError.None or RtpParseError.BadPaddingLength,
            RtpHeader.TryReadHeaderLength(bytes, out var headerLength)
        );
        if (expected is null)
        {
            return;
        }

        Assert.Equal(expected.HeaderLength, headerLength);
        Assert.Equal(expected.HeaderLength, packet.HeaderLength);
        Assert.Equal(expected.PaddingLength, packet.PaddingLength);
        Assert.Equal(expected.Profile, packet.ExtensionProfile);
        Assert.Equal(
            bytes.Length,
            packet.HeaderLength + packet.Payload.Length + packet.PaddingLength
        );
        var index = 0;
        foreach (var element in packet.Extensions)
        {
            Assert.Equal(expected.Extensions[index].Id, element.Id);
            Assert.Equal(expected.Extensions[index++].Data, element.Data.ToArray());
        }

        Assert.Equal(expected.Extensions.Count, index);
    }
}
