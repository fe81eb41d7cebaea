using System.Diagnostics;
using Edge.Bus.Nats;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Benchmarks;

/// <summary>CPU time of a message through nats-server on this machine, without the server's: what this process
/// spends more when it publishes than when it only keeps the pace, and more when it receives too.</summary>
internal static class BusBenchmark
{
    // A bundle of ten packets.
    private const int PayloadBytes = 10_000;
    private const int Subjects = 50;

    private static readonly string[] Names =
    [
        .. Enumerable.Range(0, Subjects).Select(index => $"media.app.Zm9vYmFyYmF6cXV4{index}.0"),
    ];

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    public static async Task RunAsync()
    {
        await using var server = await NatsServer.StartAsync();
        await using var publisher = await ConnectAsync(server);
        await using var receiver = await ConnectAsync(server);
        foreach (var perSecond in new[] { 1000, 5000 })
        {
            await MeasureAsync(publisher, receiver, perSecond);
        }
    }

    private static async Task MeasureAsync(NatsBus publisher, NatsBus receiver, int perSecond)
    {
        var messages = perSecond * Length.TotalSeconds;
        var payload = new byte[PayloadBytes];
        var pace = await SpentAsync(perSecond, _ => { });
        var publish = await SpentAsync(perSecond, Publish);
        var delays = new List<double>();
        var subscriptions = Enumerable
            .Range(0, Subjects)
            .Select(index =>
                receiver.Subscribe(
                    Names[index],
                    message =>
                        delays.Add(
                            Stopwatch
                                .GetElapsedTime(BitConverter.ToInt64(message.Payload))
                                .TotalMicroseconds
                        )
                )
            )
            .ToArray();
        var both = await SpentAsync(perSecond, Publish);
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }

        delays.Sort();
        Console.WriteLine(
            $"bus over NATS, {PayloadBytes} bytes, {perSecond, 5}/s  "
                + $"publish {(publish - pace) / messages, 5:0.0} us  "
                + $"receive {(both - publish) / messages, 5:0.0} us  "
                + $"on the way {delays[delays.Count / 2], 6:0} us p50 {delays[delays.Count * 99 / 100], 6:0} us p99  "
                + $"dropped {publisher.Stats.Dropped} missed {receiver.Stats.Missed}"
        );

        void Publish(int number)
        {
            BitConverter.TryWriteBytes(payload, Stopwatch.GetTimestamp());
            publisher.TryPublish(Names[number % Subjects], payload);
        }
    }

    private static async Task<double> SpentAsync(int perSecond, Action<int> step)
    {
        var start = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        for (var number = 0; watch.Elapsed < Length; )
        {
            for (; number < watch.Elapsed.TotalSeconds * perSecond; number++)
            {
                step(number);
            }

            Thread.Sleep(1);
        }

        var spent = Environment.CpuUsage.TotalTime - start;
        await Task.Delay(500); // What is on the way is not the next one's.
        return spent.TotalMicroseconds;
    }

    private static async Task<NatsBus> ConnectAsync(NatsServer server)
    {
        var bus = NatsBus.Start(
            new() { Urls = server.Url, AgeMax = TimeSpan.FromMilliseconds(500) },
            NullLogger<NatsBus>.Instance
        );
        await Patience.UntilAsync(
            "the bus is connected",
            () => Task.FromResult(bus.IsConnected),
            isConnected => isConnected
        );
        return bus;
    }
}
