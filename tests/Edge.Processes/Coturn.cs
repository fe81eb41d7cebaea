using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Edge.Processes;

/// <summary>Debian's TURN server on loopback, with the secret that it shares with the server under test.</summary>
public sealed class Coturn : IAsyncDisposable
{
    private const string Install = "apt-get install -y --no-install-recommends coturn";

    private const uint StunMagicCookie = 0x2112A442;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(500);

    private readonly ChildProcess _process;

    private Coturn(ChildProcess process) => _process = process;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="port">Its UDP port.</param>
    /// <param name="secret">What credentials are made with (draft-uberti-behave-turn-rest-00 §2.2).</param>
    public static async Task<Coturn> StartAsync(int port, string secret)
    {
        var process = ChildProcess.Start([
            Programs.Require("turnserver", Install),
            // Nothing of the machine's own configuration.
            "-n",
            "--listening-ip=127.0.0.1",
            "--relay-ip=127.0.0.1",
            $"--listening-port={port}",
            "--use-auth-secret",
            $"--static-auth-secret={secret}",
            "--realm=tests",
            "--allow-loopback-peers",
            "--no-cli",
            "--no-tcp",
            "--no-tls",
            "--no-dtls",
            "--log-file=stdout",
            "--pidfile=",
        ]);
        await Patience.UntilAsync(
            "coturn answers",
            () => AnswersAsync(port),
            answers => answers || process.HasEnded
        );
        if (!process.HasEnded)
        {
            return new Coturn(process);
        }

        var text = process.Output;
        await process.DisposeAsync();
        throw new InvalidOperationException($"coturn ended: {text}");
    }

    /// <summary>What coturn's own client makes of credentials: an allocation, and messages through it.</summary>
    /// <returns>0 when everything came, and what it printed.</returns>
    public static async Task<(int ExitCode, string Output)> RelayAsync(
        int port,
        string username,
        string credential
    )
    {
        await using var client = ChildProcess.Start([
            Programs.Require("turnutils_uclient", Install),
            "-u",
            username,
            "-w",
            credential,
            "-p",
            $"{port}",
            // Both ends are its own; one pair, ten messages, no channels of RTCP.
            "-y",
            "-c",
            "-m",
            "1",
            "-n",
            "10",
            "127.0.0.1",
        ]);
        var code = await client.EndInputAsync();
        return (code, client.Output);
    }

    /// <summary>Ends it.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Whether a Binding request (RFC 8489 §3) gets an answer; it prints nothing that says so.</summary>
    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var request = new byte[20];
        request[1] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), StunMagicCookie);
        using var limit = new CancellationTokenSource(AnswerWithin);
        try
        {
            await socket.SendAsync(request, new IPEndPoint(IPAddress.Loopback, port), limit.Token);
            return (await socket.ReceiveAsync(limit.Token)).Buffer.Length > 0;
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException)
        {
            return false; // Nobody is there yet.
        }
    }
}
