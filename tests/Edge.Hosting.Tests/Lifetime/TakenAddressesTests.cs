using System.Net;
using System.Net.Sockets;
using Edge.Hosting.Lifetime;

namespace Edge.Hosting.Tests.Lifetime;

/// <summary>Addresses that a process needs and another one has.</summary>
public sealed class TakenAddressesTests
{
    /// <summary>The media port is taken by whoever has its number for either protocol.</summary>
    [Theory]
    [InlineData(ProtocolType.Udp, "(UDP)")]
    [InlineData(ProtocolType.Tcp, "(TCP)")]
    public void Both_TakenByOneProtocol_OneLineNamesIt(ProtocolType protocol, string named)
    {
        var type = protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream;
        using var other = new Socket(AddressFamily.InterNetwork, type, protocol);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (protocol == ProtocolType.Tcp)
        {
            other.Listen();
        }

        var taken = (IPEndPoint)other.LocalEndPoint!;
        var problem = Assert.Single(new TakenAddresses().Both("EDGE_MEDIA", taken).Problems);
        Assert.StartsWith($"EDGE_MEDIA: {taken} {named}: ", problem, StringComparison.Ordinal);
    }
}
