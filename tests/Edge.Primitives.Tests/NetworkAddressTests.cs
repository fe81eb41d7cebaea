using System.Net;
using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of the address held by value.</summary>
public sealed class NetworkAddressTests
{
    [Theory]
    [InlineData("192.0.2.1:5000")]
    [InlineData("0.0.0.0:1")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("[::1]:7000")]
    [InlineData("[fe80::1]:9")]
    public void TryParse_WrittenAgain_SameText(string text)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        Assert.Equal(text, address.ToString());
        Assert.Equal(address, NetworkAddress.From(address.ToEndPoint()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com:1")]
    [InlineData("1.2.3.4:65536")]
    [InlineData("[::1")]
    public void TryParse_Neither_False(string text)
    {
        Assert.False(NetworkAddress.TryParse(text, out var address));
        Assert.True(address.IsEmpty);
    }

    [Fact]
    public void From_MappedAndPlainIPv4_Equal()
    {
        var plain = NetworkAddress.From(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5));
        var mapped = NetworkAddress.From(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.1"), 5));
        Assert.Equal(plain, mapped);
        Assert.Equal(plain.GetHashCode(), mapped.GetHashCode());
        Assert.True(plain.IsIPv4);
        Assert.Equal(0xC000_0201U, plain.IPv4);
        Assert.Equal(plain, NetworkAddress.FromIPv4(0xC000_0201, 5));
    }

    [Fact]
    public void FromIPv6_BytesWrittenAgain_SameBytes()
    {
        var bytes = Vectors.Hex("20010db8 00112233 44556677 8899aabb");
        var address = NetworkAddress.FromIPv6(bytes, 9);
        var written = new byte[16];
        address.WriteIPv6(written);
        Assert.Equal(bytes, written);
        Assert.False(address.IsIPv4);
    }

    [Fact]
    public void Equality_OtherPortOrAddress_Differs()
    {
        var address = NetworkAddress.FromIPv4(1, 5);
        Assert.NotEqual(address, address.WithPort(6));
        Assert.NotEqual(address, NetworkAddress.FromIPv4(2, 5));
        Assert.Equal(address, address.WithPort(6).WithPort(5));
    }

    [Fact]
    public void IsEmpty_DefaultAndUnspecified_OnlyTheDefault()
    {
        Assert.True(default(NetworkAddress).IsEmpty);
        Assert.False(NetworkAddress.FromIPv4(0, 0).IsEmpty);
    }

    [Fact]
    public void Dictionary_LookUp_AllocatesNothing()
    {
        var flows = new Dictionary<NetworkAddress, int> { [NetworkAddress.FromIPv4(1, 5)] = 1 };
        AllocationAssert.None(() => flows.ContainsKey(NetworkAddress.FromIPv4(1, 5)));
    }

    /// <summary>The same client over UDP, over TCP, and over TCP again are three flows.</summary>
    [Fact]
    public void OnConnection_SameAddress_OtherFlowOfTheSameAddress()
    {
        var udp = NetworkAddress.FromIPv4(0xC000_0201, 5);
        var tcp = udp.OnConnection(7);
        Assert.NotEqual(udp, tcp);
        Assert.NotEqual(tcp, udp.OnConnection(8));
        Assert.Equal(tcp, udp.OnConnection(7));
        Assert.Equal((7u, 0u), (tcp.Connection, udp.Connection));
        Assert.Equal(udp, tcp.OnConnection(0));
        Assert.Equal(udp.ToString(), tcp.ToString());
        Assert.Equal(9, tcp.WithPort(9).Port);
    }
}
