using System.Net;
using System.Net.Sockets;
using System.Text;
using Edge.Primitives;
using Edge.Processes.Links;
using Edge.Wire.Stun;

namespace Anycast.Daemon.Tests.Lab;

/// <summary>What stands in a node's place where a test wants its answers to be as it says.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    public const int MediaPort = 7000;
    public const int AdminPort = 8081;

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _media;
    private readonly TcpListener _admin;
    private readonly Task[] _loops;

    private ScriptedNode(Socket media, TcpListener admin)
    {
        _media = media;
        _admin = admin;
        _loops = [AnswerMediaAsync(), AnswerAdminAsync()];
    }

    /// <summary>Whether probes of the media port are answered.</summary>
    public bool AnswersMedia { get; set; } = true;

    /// <summary>What /readyz says; "ready" with 200, anything else with 503.</summary>
    public string Readiness { get; set; } = "ready";

    /// <summary>Listens in a namespace.</summary>
    public static ScriptedNode Start(NetworkSpace space) =>
        space.Open(() =>
        {
            var media = new Socket(SocketType.Dgram, ProtocolType.Udp);
            media.Bind(new IPEndPoint(IPAddress.IPv6Any, MediaPort));
            var admin = new TcpListener(IPAddress.Loopback, AdminPort);
            admin.Start();
            return new ScriptedNode(media, admin);
        });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _media.Dispose();
        _admin.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerMediaAsync()
    {
        var buffer = new byte[1500];
        var any = new IPEndPoint(IPAddress.IPv6Any, 0);
        while (true)
        {
            var received = await _media.ReceiveFromAsync(buffer, any, _stop.Token);
            if (AnswersMedia && Answer(buffer.AsSpan(0, received.ReceivedBytes)) is { } answer)
            {
                await _media.SendToAsync(answer, received.RemoteEndPoint, _stop.Token);
            }
        }
    }

    private static byte[]? Answer(ReadOnlySpan<byte> datagram)
    {
        if (StunMessage.TryParse(datagram, out var request) != StunParseError.None)
        {
            return null;
        }

        var answer = new byte[100];
        var writer = new StunMessageWriter(
            answer,
            StunClass.SuccessResponse,
            StunMethod.Binding,
            request.TransactionId
        );
        writer.AddXorMappedAddress(NetworkAddress.FromIPv4(0x7F000001, 1));
        return answer[..writer.Complete()];
    }

    private async Task AnswerAdminAsync()
    {
        var buffer = new byte[4096];
        while (true)
        {
            using var client = await _admin.AcceptSocketAsync(_stop.Token);
            _ = await client.ReceiveAsync(buffer, _stop.Token);
            var status = string.Equals(Readiness, "ready", StringComparison.Ordinal)
                ? "200 OK"
                : "503 Service Unavailable";
            var text =
                $"HTTP/1.1 {status}\r\nContent-Length: {Readiness.Length}\r\nConnection: close\r\n\r\n{Readiness}";
            await client.SendAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
        }
    }
}
