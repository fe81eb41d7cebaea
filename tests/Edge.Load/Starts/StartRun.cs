using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Edge.Load.Reports;
using Edge.Processes;
using Edge.Testing;

namespace Edge.Load.Starts;

/// <summary>One start after another.</summary>
internal static class StartRun
{
    /// <summary>HTTP/1.1 200.</summary>
    private const int StatusLineBytes = 12;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // Chosen: a fiftieth of what is measured, and no burden for a machine of one core.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public static async Task<StartReport> RunAsync(StartOptions options)
    {
        var command = options.Program is { } program ? [program] : Programs.RequireControl();
        // Brings the program into the system's cache of files, and does not count.
        var (unmeasured, _) = await StartAsync(command);
        await unmeasured.DisposeAsync();
        var times = new List<double>();
        IdleMemory? memory = null;
        for (var started = 1; started <= options.Starts; started++)
        {
            var (process, took) = await StartAsync(command);
            await using (process)
            {
                times.Add(took.TotalMilliseconds);
                if (started == options.Starts)
                {
                    await Task.Delay(options.Settle);
                    memory = IdleMemory.Of(process.Id);
                }
            }
        }

        return new(options.Starts, Spread.Of(times), memory!, MachineFacts.Read());
    }

    private static async Task<(ChildProcess Process, TimeSpan Took)> StartAsync(
        IReadOnlyList<string> command
    )
    {
        var http = new IPEndPoint(IPAddress.Loopback, FreePorts.Tcp());
        var admin = $"127.0.0.1:{FreePorts.Tcp()}";
        var media = $"127.0.0.1:{FreePorts.TcpAndUdp()}";
        var began = Stopwatch.GetTimestamp();
        var process = ChildProcess.Start(
            command,
            ("EDGE_STANDALONE", "1"),
            ("EDGE_PLAIN_HTTP", "1"),
            ("EDGE_HTTP", http.ToString()),
            ("EDGE_ADMIN", admin),
            ("EDGE_MEDIA", media),
            ("EDGE_LOG", "Warning")
        );
        while (!await IsHealthyAsync(http))
        {
            if (process.HasEnded || Stopwatch.GetElapsedTime(began) > Limit)
            {
                var output = process.Output;
                await process.DisposeAsync();
                throw new TestingException($"{command[0]} does not become ready: {output}");
            }

            await Task.Delay(Pause);
        }

        return (process, Stopwatch.GetElapsedTime(began));
    }

    private static async Task<bool> IsHealthyAsync(IPEndPoint http)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(http);
            await socket.SendAsync(
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray()
            );
            var answer = new byte[StatusLineBytes];
            var length = await socket.ReceiveAsync(answer);
            return answer.AsSpan(0, length).EndsWith(" 200"u8);
        }
        catch (SocketException)
        {
            // Nobody listens yet.
            return false;
        }
    }
}
