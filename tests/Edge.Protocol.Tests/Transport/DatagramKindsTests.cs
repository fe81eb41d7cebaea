using Edge.Protocol.Transport;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>RFC 7983 §7: the first byte tells the protocols apart; RFC 5761 §4 the second RTCP.</summary>
public sealed class DatagramKindsTests
{
    [Theory]
    [InlineData(0, 1, DatagramKind.Stun)]
    [InlineData(3, 0, DatagramKind.Stun)]
    [InlineData(4, 0, DatagramKind.Unknown)]
    [InlineData(19, 0, DatagramKind.Unknown)]
    [InlineData(20, 254, DatagramKind.Dtls)]
    [InlineData(63, 254, DatagramKind.Dtls)]
    [InlineData(64, 0, DatagramKind.Unknown)]
    [InlineData(127, 0, DatagramKind.Unknown)]
    [InlineData(128, 96, DatagramKind.Rtp)]
    [InlineData(128, 191, DatagramKind.Rtp)]
    [InlineData(128, 192, DatagramKind.Rtcp)]
    [InlineData(128, 223, DatagramKind.Rtcp)]
    [InlineData(191, 224, DatagramKind.Rtp)]
    [InlineData(192, 0, DatagramKind.Unknown)]
    public void Classify_FirstBytes_TellTheProtocol(byte first, byte second, DatagramKind expected)
    {
        byte[] datagram = [first, second, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        Assert.Equal(expected, DatagramKinds.Classify(datagram));
    }

    [Fact]
    public void Classify_ShorterThanAnyProtocol_IsUnknown()
    {
        for (var length = 0; length < 8; length++)
        {
            var datagram = new byte[length];
            datagram.AsSpan().Fill(0x80);

            Assert.Equal(DatagramKind.Unknown, DatagramKinds.Classify(datagram));
        }
    }

    [Fact]
    public void Classify_AllocatesNothing() =>
        AllocationAssert.None(new byte[64], datagram => DatagramKinds.Classify(datagram));
}
