using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Edge.Bus.Lan;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Benchmarks;

/// <summary>The bus within a PoP, between two processes: CPU time of each side a message, and how late messages
/// are.</summary>
/// <remarks>One-way latency can be told because both processes read the machine's one monotonic clock.</remarks>
internal static class LanBenchmark
{
    /// <summary>The argument that makes this program the other process.</summary>
    public const string ReceiverArgument = "lan-receiver";

    private const string Media = "media.app.track.h";
    private const string Report = "report";

    private static readonly LanKey Key = new(1, [.. new byte[LanKey.SecretBytes]]);

    /// <summary>Runs one load, of payload bytes and messages a second, or all.</summary>
    public static async Task RunAsync(ReadOnlyMemory<string> load)
    {
        Console.WriteLine("LAN bus, two processes on loopback");
        if (load.Length == 2)
        {
            await RunAsync(
                int.Parse(load.Span[0], CultureInfo.InvariantCulture),
                int.Parse(load.Span[1], CultureInfo.InvariantCulture)
            );
            return;
        }

        await RunAsync(payloadBytes: 10_000, perSecond: 1000);
        await RunAsync(payloadBytes: 5_000, perSecond: 2000);
        await RunAsync(payloadBytes: 1_200, perSecond: 10_000);
        await RunAsync(payloadBytes: 100, perSecond: 100);
    }

    /// <summary>The other process: takes messages, notes how late they are, and says so when asked.</summary>
    public static async Task RunReceiverAsync(int port)
    {
        await using var bus = Start("n2", new LanPeer("n1", new(IPAddress.Loopback, port)));
        var lateness = new List<long>(1_000_000);
        var spent = Environment.CpuUsage.TotalTime;
        using var media = bus.Subscribe(
            Media,
            message =>
            {
                if (lateness.Count == 0)
                {
                    spent = Environment.CpuUsage.TotalTime;
                }

                lateness.Add(
                    Stopwatch.GetTimestamp()
                        - BinaryPrimitives.ReadInt64LittleEndian(message.Payload)
                );
            }
        );
        using var report = bus.Subscribe(
            Report,
            message =>
            {
                spent = Environment.CpuUsage.TotalTime - spent;
                lateness.Sort();
                var text = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lateness.Count} messages, CPU {spent.TotalMicroseconds / Math.Max(1, lateness.Count):F1} us, late p50 {At(0.5):F0} us, p99 {At(0.99):F0} us, most {At(1):F0} us"
                );
                bus.TryPublish(message.ReplyTo!, Encoding.UTF8.GetBytes(text));
                lateness.Clear();
            }
        );
        Console.WriteLine(bus.Address.Port);
        await Console.In.ReadLineAsync();

        double At(double share) =>
            lateness.Count == 0
                ? 0
                : Stopwatch
                    .GetElapsedTime(0, lateness[(int)((lateness.Count - 1) * share)])
                    .TotalMicroseconds;
    }

    private static async Task RunAsync(int payloadBytes, int perSecond)
    {
        await using var bus = Start("n1");
        using var other = Process.Start(
            new ProcessStartInfo(
                Environment.ProcessPath!,
                [ReceiverArgument, bus.Address.Port.ToString(CultureInfo.InvariantCulture)]
            )
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var port = int.Parse(
            (await other.StandardOutput.ReadLineAsync())!,
            CultureInfo.InvariantCulture
        );
        // Each load is run before it is measured: then the compiler is done with it.
        await PublishAsync(bus, payloadBytes, perSecond, seconds: 5);
        var alone = await PublishAsync(bus, payloadBytes, perSecond, seconds: 5);
        bus.SetPeers([new("n2", new(IPAddress.Loopback, port))]);
        while (!bus.Peers[0].IsConnected)
        {
            await Task.Delay(10);
        }

        await PublishAsync(bus, payloadBytes, perSecond, seconds: 10);
        await AskAsync(bus);
        var busy = await PublishAsync(bus, payloadBytes, perSecond, seconds: 10);
        var receiver = await AskAsync(bus);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{payloadBytes} bytes, {perSecond}/s: sender CPU {busy:F1} us a message, of which {alone:F1} us making it; receiver {receiver}; dropped {bus.Stats.Dropped}; round trip {bus.Peers[0].Rtt.TotalMicroseconds:F0} us"
            )
        );
        await other.StandardInput.WriteLineAsync();
        await other.WaitForExitAsync();
    }

    private static async Task<string> AskAsync(LanBus bus)
    {
        var reply = await bus.RequestAsync(
            Report,
            default,
            TimeSpan.FromSeconds(10),
            CancellationToken.None
        );
        return Encoding.UTF8.GetString(reply.Payload.Span);
    }

    /// <summary>Publishes at a pace, on a thread of its own.</summary>
    /// <returns>CPU time a message in microseconds.</returns>
    private static Task<double> PublishAsync(
        LanBus bus,
        int payloadBytes,
        int perSecond,
        int seconds
    ) =>
        Task.Factory.StartNew(
            () =>
            {
                var payload = new byte[payloadBytes];
                Random.Shared.NextBytes(payload);
                var spent = Environment.CpuUsage.TotalTime;
                var watch = Stopwatch.StartNew();
                var count = 0;
                while (watch.Elapsed < TimeSpan.FromSeconds(seconds))
                {
                    Thread.Sleep(1);
                    var due = (int)(watch.Elapsed.TotalSeconds * perSecond);
                    for (; count < due; count++)
                    {
                        BinaryPrimitives.WriteInt64LittleEndian(payload, Stopwatch.GetTimestamp());
                        bus.TryPublish(Media, payload);
                    }
                }

                return (Environment.CpuUsage.TotalTime - spent).TotalMicroseconds / count;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private static LanBus Start(string name, params LanPeer[] peers) =>
        LanBus.Start(
            new()
            {
                Name = name,
                Listen = new(IPAddress.Loopback, port: 0),
                Keys = [Key],
                Peers = [.. peers],
            },
            NullLogger.Instance
        )
            is LanBusStart.Running running
            ? running.Bus
            : throw new InvalidOperationException("The bus does not start.");
}
