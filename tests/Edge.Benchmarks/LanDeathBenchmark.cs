using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Edge.Bus.Lan;

namespace Edge.Benchmarks;

/// <summary>The bus within a PoP: how soon a process hears that another one was killed, or stopped, or goes on.</summary>
internal static class LanDeathBenchmark
{
    private const int Rounds = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Kills, and stops, as often as it takes.</summary>
    public static async Task RunAsync()
    {
        var killed = new List<long>();
        var stopped = new List<long>();
        var continued = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var bus = LanDelayBenchmark.Start("n1", isUrgent: true);
            using var changes = new ChangeLog(bus);
            using var other = LanDelayBenchmark.StartEcho(bus);
            await LanDelayBenchmark.JoinAsync(bus, other);
            changes.Until(LanPeerState.Connected);
            await Task.Delay(Random.Shared.Next(100, 300));
            stopped.Add(changes.Until(LanPeerState.Suspected, () => Signal("STOP", other)));
            continued.Add(changes.Until(LanPeerState.Connected, () => Signal("CONT", other)));
            await Task.Delay(Random.Shared.Next(100, 300));
            killed.Add(changes.Until(LanPeerState.Suspected, other.Kill));
        }

        Console.WriteLine(
            "Told of another process's end on the LAN bus, two processes on loopback, us"
        );
        Console.WriteLine($"killed {LanDelayBenchmark.Spread(killed)}");
        Console.WriteLine($"stopped {LanDelayBenchmark.Spread(stopped)}");
        Console.WriteLine($"goes on {LanDelayBenchmark.Spread(continued)}");
    }

    private static void Signal(string name, Process process)
    {
        using var kill = Process.Start(
            "kill",
            [$"-{name}", process.Id.ToString(CultureInfo.InvariantCulture)]
        );
        kill.WaitForExit();
    }

    private sealed class ChangeLog : IDisposable
    {
        private readonly BlockingCollection<LanPeerChange> _changes = [];
        private readonly IDisposable _watch;

        public ChangeLog(LanBus bus) => _watch = bus.WatchLives(_changes.Add);

        /// <summary>Does something, and waits until a state is told.</summary>
        /// <returns>How long it took, without the program that sends the signal.</returns>
        public long Until(LanPeerState state, Action? act = null)
        {
            act?.Invoke();
            var began = Stopwatch.GetTimestamp();
            while (_changes.TryTake(out var change, Patience))
            {
                if (change.State == state)
                {
                    return Math.Max(0, change.At - began);
                }
            }

            throw new TimeoutException($"Nobody says {state}.");
        }

        public void Dispose()
        {
            _watch.Dispose();
            _changes.Dispose();
        }
    }
}
