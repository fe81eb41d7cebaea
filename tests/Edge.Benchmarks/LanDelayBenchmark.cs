using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Edge.Bus.Lan;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Benchmarks;

/// <summary>The bus within a PoP, between two processes: how long a short message and its answer take, and a heartbeat,
/// beside media and long letters that go the same way.</summary>
internal static class LanDelayBenchmark
{
    /// <summary>The argument that makes this program the other process.</summary>
    public const string EchoArgument = "lan-echo";

    private const string Media = "media.app.track.h";
    private const string Letter = "letter.n2";
    private const string Ask = "talk.ask";
    private const string Answer = "talk.answer";
    private const string AskAndAnswer = "talk.>";
    private const int MediaBytes = 1200;
    private const int LetterBytes = 1 << 20;
    private const int AskBytes = 100;

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(10);
    private static readonly LanKey Key = new(1, [.. new byte[LanKey.SecretBytes]]);

    /// <summary>Runs all loads.</summary>
    /// <param name="isUrgent">Whether what is measured overtakes the load.</param>
    public static async Task RunAsync(bool isUrgent)
    {
        Console.WriteLine("Delay on the LAN bus beside its load, two processes on loopback, us");
        await using var bus = Start("n1", isUrgent);
        using var other = StartEcho(bus);
        await JoinAsync(bus, other);
        Run(bus, "warm-up", packetsPerSecond: 10_000, lettersAtOnce: 1);
        Run(bus, "nothing", packetsPerSecond: 0, lettersAtOnce: 0);
        Run(bus, "100 Mbit/s", packetsPerSecond: 10_000, lettersAtOnce: 0);
        Run(bus, "500 Mbit/s", packetsPerSecond: 50_000, lettersAtOnce: 0);
        Run(bus, "900 Mbit/s", packetsPerSecond: 90_000, lettersAtOnce: 0);
        Run(bus, "letters", packetsPerSecond: 0, lettersAtOnce: 1);
        Run(bus, "500 Mbit/s, letters", packetsPerSecond: 50_000, lettersAtOnce: 1);
        Run(bus, "500 Mbit/s, 5 letters at once", packetsPerSecond: 50_000, lettersAtOnce: 5);
        await other.StandardInput.WriteLineAsync();
        await other.WaitForExitAsync();
    }

    /// <summary>The other process: takes everything, and answers what asks.</summary>
    public static async Task RunEchoAsync(int port)
    {
        await using var bus = Start(
            "n2",
            isUrgent: true,
            new LanPeer("n1", new(IPAddress.Loopback, port))
        );
        using var media = bus.SubscribeDirect(Media, _ => { });
        using var letter = bus.Subscribe(Letter, _ => { });
        using var ask = bus.SubscribeDirect(
            Ask,
            message => bus.TryPublish(Answer, message.Payload)
        );
        Console.WriteLine(bus.Address.Port);
        await Console.In.ReadLineAsync();
    }

    /// <summary>Starts the other process, for a bus.</summary>
    public static Process StartEcho(LanBus bus) =>
        Process.Start(
            new ProcessStartInfo(
                Environment.ProcessPath!,
                [EchoArgument, bus.Address.Port.ToString(CultureInfo.InvariantCulture)]
            )
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;

    /// <summary>Connects a bus with the other process.</summary>
    public static async Task JoinAsync(LanBus bus, Process other)
    {
        var port = int.Parse(
            (await other.StandardOutput.ReadLineAsync())!,
            CultureInfo.InvariantCulture
        );
        bus.SetPeers([new("n2", new(IPAddress.Loopback, port))]);
        while (!bus.Peers[0].IsConnected)
        {
            await Task.Delay(10);
        }
    }

    private static void Run(LanBus bus, string what, int packetsPerSecond, int lettersAtOnce)
    {
        var answers = new List<long>(10_000);
        using var answer = bus.SubscribeDirect(
            Answer,
            message =>
                answers.Add(
                    Stopwatch.GetTimestamp()
                        - BinaryPrimitives.ReadInt64LittleEndian(message.Payload)
                )
        );
        var before = bus.Stats;
        var watch = Stopwatch.StartNew();
        var media = RunThread(() => SendMedia(bus, packetsPerSecond, watch));
        var letters = RunThread(() => SendLetters(bus, lettersAtOnce, watch));
        var pings = new List<long>(1000);
        var asking = RunThread(() => AskOften(bus, watch, pings));
        media.Join();
        letters.Join();
        asking.Join();
        Thread.Sleep(1000);
        var after = bus.Stats;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {(after.PublishedBytes - before.PublishedBytes) * 8 / Lasts.TotalSeconds / 1e6:F0} Mbit/s, dropped {after.Dropped - before.Dropped}; ask and answer {Spread(answers)}; ping {Spread(pings)}; suspected {bus.Suspicions.Silent}"
            )
        );
    }

    private static void SendMedia(LanBus bus, int packetsPerSecond, Stopwatch watch)
    {
        var payload = new byte[MediaBytes];
        var count = 0L;
        while (watch.Elapsed < Lasts)
        {
            Thread.Sleep(1);
            var due = (long)(watch.Elapsed.TotalSeconds * packetsPerSecond);
            for (; count < due; count++)
            {
                bus.TryWrite(Media, payload);
            }

            bus.Flush();
        }
    }

    private static void SendLetters(LanBus bus, int lettersAtOnce, Stopwatch watch)
    {
        var payload = new byte[LetterBytes];
        while (watch.Elapsed < Lasts)
        {
            Thread.Sleep(200);
            for (var count = 0; count < lettersAtOnce; count++)
            {
                bus.TryPublish(Letter, payload);
            }
        }
    }

    /// <summary>Asks each 2 ms and looks at the heartbeats, whose pace has nothing to do with that of the load.</summary>
    private static void AskOften(LanBus bus, Stopwatch watch, List<long> pings)
    {
        var payload = new byte[AskBytes];
        var last = TimeSpan.Zero;
        while (watch.Elapsed < Lasts)
        {
            Thread.Sleep(2);
            BinaryPrimitives.WriteInt64LittleEndian(payload, Stopwatch.GetTimestamp());
            bus.TryPublish(Ask, payload);
            var rtt = bus.Peers[0].Rtt;
            if (rtt != last)
            {
                last = rtt;
                pings.Add((long)(rtt.TotalSeconds * Stopwatch.Frequency));
            }
        }
    }

    /// <summary>Shares of times, in microseconds.</summary>
    public static string Spread(List<long> ticks)
    {
        ticks.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ticks.Count}: p50 {At(0.5):F0}, p99 {At(0.99):F0}, p99.9 {At(0.999):F0}, most {At(1):F0}"
        );

        double At(double share) =>
            ticks.Count == 0
                ? 0
                : Stopwatch
                    .GetElapsedTime(0, ticks[(int)((ticks.Count - 1) * share)])
                    .TotalMicroseconds;
    }

    private static Thread RunThread(Action run)
    {
        var thread = new Thread(() => run());
        thread.Start();
        return thread;
    }

    /// <summary>Starts a bus.</summary>
    public static LanBus Start(string name, bool isUrgent, params LanPeer[] peers) =>
        LanBus.Start(
            new()
            {
                Name = name,
                Listen = new(IPAddress.Loopback, port: 0),
                Keys = [Key],
                Peers = [.. peers],
                UrgentPattern = isUrgent ? AskAndAnswer : null,
                HeartbeatInterval = TimeSpan.FromMilliseconds(10),
            },
            NullLogger.Instance
        )
            is LanBusStart.Running running
            ? running.Bus
            : throw new InvalidOperationException("The bus does not start.");
}
