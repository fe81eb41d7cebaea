using System.Net;
using System.Net.Sockets;
using Anycast.Daemon.Probing;
using Anycast.Health.Rounds;
using Edge.Primitives;
using Edge.Processes;
using Edge.Protocol.Ice;
using Edge.Wire.Stun;

namespace Anycast.Daemon.Tests.Probing;

/// <summary>What probes make of sockets that answer as a node does, answer nonsense, are silent, or are not there.</summary>
public sealed class ProbeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private readonly Prng _random = Prng.FromNumber(1);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task AskMedia_AnsweredAsTheNodeDoes_Answered(string address)
    {
        using var node = Bind(IPAddress.Parse(address));
        var asked = AskMediaAsync(node, Long);
        var answer = new byte[200];
        var (request, source) = await ReceiveAsync(node);
        var length = LocalProbe.Answer(request, NetworkAddress.From(source), answer);
        Assert.True(length > 0, "The node would not answer this probe.");
        // Another's answer before its own is passed over.
        await node.SendToAsync(new byte[40], source);
        await node.SendToAsync(answer.AsMemory(0, length), source);
        Assert.Equal(MediaAnswer.Answered, await asked);
    }

    [Fact]
    public async Task AskMedia_OtherTransaction_Silent()
    {
        using var node = Bind(IPAddress.Loopback);
        var asked = AskMediaAsync(node, TimeSpan.FromMilliseconds(500));
        var (request, source) = await ReceiveAsync(node);
        request[^20] ^= 1;
        await node.SendToAsync(request, source);
        Assert.Equal(MediaAnswer.Silent, await asked);
    }

    [Fact]
    public async Task AskMedia_NoAnswer_Silent()
    {
        using var node = Bind(IPAddress.Loopback);
        Assert.Equal(MediaAnswer.Silent, await AskMediaAsync(node, Short));
    }

    [Fact]
    public async Task AskMedia_NoSocket_Refused()
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePorts.Udp());
        Assert.Equal(MediaAnswer.Refused, await AskMediaAsync(address, Long));
    }

    [Theory]
    [InlineData("200 OK", "ready\n", ReadinessAnswer.Ready)]
    [InlineData("503 Service Unavailable", "draining\n", ReadinessAnswer.Draining)]
    [InlineData("503 Service Unavailable", "nobody takes sessions now\n", ReadinessAnswer.Ill)]
    [InlineData("503 Service Unavailable", "draining", ReadinessAnswer.Draining)]
    [InlineData("404 Not Found", "", ReadinessAnswer.Ill)]
    [InlineData("301 Moved", "", ReadinessAnswer.Ill)]
    public async Task AskReadiness_Answered_AsItSays(
        string status,
        string text,
        ReadinessAnswer expected
    )
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var probe = Probe((IPEndPoint)listener.LocalEndpoint, Long);
        var asked = probe.AskAsync(default);
        using var client = await listener.AcceptSocketAsync();
        await client.ReceiveAsync(new byte[4096]);
        await client.SendAsync(
            System.Text.Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {status}\r\nContent-Length: {text.Length}\r\n\r\n{text}"
            )
        );
        Assert.Equal(expected, await asked);
    }

    [Fact]
    public async Task AskReadiness_NotHttp_Silent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var probe = Probe((IPEndPoint)listener.LocalEndpoint, Long);
        var asked = probe.AskAsync(default);
        using var client = await listener.AcceptSocketAsync();
        await client.SendAsync(new byte[100]);
        client.Shutdown(SocketShutdown.Both);
        Assert.Equal(ReadinessAnswer.Silent, await asked);
    }

    [Fact]
    public async Task AskReadiness_NoAnswer_Silent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var probe = Probe((IPEndPoint)listener.LocalEndpoint, Short);
        Assert.Equal(ReadinessAnswer.Silent, await probe.AskAsync(default));
    }

    [Fact]
    public async Task AskReadiness_NobodyListens_Refused()
    {
        using var probe = Probe(new IPEndPoint(IPAddress.Loopback, FreePorts.Tcp()), Long);
        Assert.Equal(ReadinessAnswer.Refused, await probe.AskAsync(default));
    }

    private static ReadinessProbe Probe(IPEndPoint address, TimeSpan timeout) =>
        new(new Uri($"http://{address}/readyz"), timeout);

    private Task<MediaAnswer> AskMediaAsync(Socket node, TimeSpan timeout) =>
        AskMediaAsync((IPEndPoint)node.LocalEndPoint!, timeout);

    private Task<MediaAnswer> AskMediaAsync(IPEndPoint address, TimeSpan timeout) =>
        MediaProbe.AskAsync(address, StunTransactionId.Create(_random), timeout, default);

    private static Socket Bind(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static async Task<(byte[] Datagram, IPEndPoint Source)> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[1500];
        var any = new IPEndPoint(
            socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
            0
        );
        var received = await socket.ReceiveFromAsync(buffer, any);
        return (buffer[..received.ReceivedBytes], (IPEndPoint)received.RemoteEndPoint);
    }
}
