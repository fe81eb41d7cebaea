using System.Net;
using System.Net.Sockets;
using Control.Contract.Calls;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;

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

    /// <summary>An edge that is to take another one's place has its addresses: that is said, or a mistake.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Media_FrontOfAnotherEdge_IsNoProblemWhereAddressesAreShared(bool isShared)
    {
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var front = (IPEndPoint)other.LocalEndPoint!;
        var media = new MediaSettings
        {
            Address = new IPEndPoint(IPAddress.Loopback, 0),
            Tcp = new IPEndPoint(IPAddress.Loopback, 0),
            Front = new FrontSettings
            {
                Addresses = [front],
                Advertise = [front],
                Socket = "/s",
            },
            IsShared = isShared,
            Advertise = [],
            Shards = 1,
            PictureWait = TimeSpan.Zero,
            Times = new CallsNodeLimits(),
        };
        Assert.Equal(isShared ? 0 : 1, new TakenAddresses().Media(media).Problems.Count);
    }
}
