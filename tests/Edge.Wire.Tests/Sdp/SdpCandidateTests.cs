using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Wire.Tests.Sdp;

public sealed class SdpCandidateTests
{
    [Theory]
    [InlineData("1 1 udp 2130706431 192.0.2.1 7000 typ host", "192.0.2.1:7000")]
    [InlineData("1 1 UDP 2130706431 2001:db8::1 7000 typ host", "[2001:db8::1]:7000")]
    [InlineData(
        "842163049 1 udp 1677729535 192.0.2.7 46154 typ srflx raddr 10.0.0.1 rport 46154 generation 0 network-cost 999",
        "192.0.2.7:46154"
    )]
    public void TryReadAddress_PlainAddress_IsRead(string value, string address)
    {
        Assert.True(SdpCandidate.TryParse(value, out var candidate));
        Assert.True(candidate.IsRtpOverUdp);
        Assert.True(candidate.TryReadAddress(out var read));
        Assert.Equal(address, read.ToString());
    }

    [Theory]
    [InlineData("1 1 udp 1 f1c2a9e0-5d8e-4b8a-b94a-2a1b6d1f9a11.local 7000 typ host")]
    [InlineData("1 1 udp 1 1 7000 typ host")]
    [InlineData("1 1 udp 1 0x7f.0.0.1 7000 typ host")]
    [InlineData("1 1 udp 1 127.1 7000 typ host")]
    [InlineData("1 1 udp 1 fe80::1%eth0 7000 typ host")]
    [InlineData("1 1 udp 1 192.0.2.1 0 typ host")]
    [InlineData("1 1 udp 1 999.0.2.1 7000 typ host")]
    public void TryReadAddress_NameOrOddAddress_IsNot(string value)
    {
        Assert.True(SdpCandidate.TryParse(value, out var candidate));
        Assert.False(candidate.TryReadAddress(out _));
    }

    [Fact]
    public void IsRtpOverUdp_OtherComponentOrTransport_False()
    {
        Assert.True(SdpCandidate.TryParse("1 2 udp 1 192.0.2.1 7000 typ host", out var rtcp));
        Assert.True(
            SdpCandidate.TryParse("1 1 TCP 1 192.0.2.1 9 typ host tcptype active", out var tcp)
        );
        Assert.False(rtcp.IsRtpOverUdp);
        Assert.False(tcp.IsRtpOverUdp);
        Assert.Equal("active", tcp.TcpType);
    }

    [Fact]
    public void TryParse_ComponentZero_IsRtp()
    {
        Assert.True(SdpCandidate.TryParse("1 0 udp 1 192.0.2.1 7000 typ host", out var candidate));
        Assert.True(candidate.IsRtpOverUdp);
    }
}
