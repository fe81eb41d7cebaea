using System.Globalization;
using Edge.Testing.Downlinks;

namespace Edge.Benchmarks;

/// <summary>What people in a room of a hundred get, by their network, in virtual time.</summary>
internal static class RoomBenchmark
{
    public static void Run(ReadOnlyMemory<string> arguments)
    {
        var seed =
            arguments.Length > 0
                ? ulong.Parse(arguments.Span[0], CultureInfo.InvariantCulture)
                : 1UL;
        var options = new RoomOptions();
        var before = Environment.CpuUsage.TotalTime;
        var people = Room.Run(seed, options);
        var spent = Environment.CpuUsage.TotalTime - before;
        Console.WriteLine(
            $"a room of {options.People}, each watches {options.Pulls} cameras of 100, 300 and 900 kbit/s and hears them; seed {seed}; {options.Counting.TotalSeconds:0} s counted"
        );
        Console.WriteLine(
            "network       people  kbit/s  queue p95 ms  sound lost %  late p99 ms  tiles at 900/300/100/paused  pictures/s of the cheapest  changes a minute  divisions a second"
        );
        foreach (var group in people.GroupBy(person => person.Network.Name, StringComparer.Ordinal))
        {
            Console.WriteLine(Line([.. group], options));
        }

        var virtualTime = options.Joining + options.Settling + options.Counting;
        Console.WriteLine(
            $"CPU {spent.TotalSeconds:0.0} s for {virtualTime.TotalSeconds:0} s; {spent.TotalMilliseconds / virtualTime.TotalSeconds / people.Length:0.00} ms a viewer and second"
        );
    }

    private static string Line(RoomFigures[] people, RoomOptions options)
    {
        var seconds = options.Counting.TotalSeconds;
        var tiles = people.SelectMany(person => person.Tiles).ToArray();
        string Tiles(int layer) =>
            ((double)tiles.Count(tile => tile.Layer == layer) / people.Length).ToString(
                "0.0",
                CultureInfo.InvariantCulture
            );
        var shown = tiles.Where(tile => tile.PausedShare <= 0).DefaultIfEmpty();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{people[0].Network.Name, -12}  {people.Length, 6}  {people.Average(each => each.SentBytes * 8 / seconds / 1000), 6:0}  "
                + $"{people.Average(each => each.QueueP95.TotalMilliseconds), 5:0} ({people.Max(each => each.QueueP95.TotalMilliseconds):0})  "
                + $"{100 * people.Average(each => each.SoundLost), 5:0.0} ({100 * people.Max(each => each.SoundLost):0.0})  "
                + $"{people.Average(each => each.SoundP99.TotalMilliseconds), 5:0} ({people.Max(each => each.SoundP99.TotalMilliseconds):0})  "
                + $"{Tiles(2)}/{Tiles(1)}/{Tiles(0)}/{Tiles(-1)}  "
                + $"{shown.Min(tile => tile?.Shown ?? 0) / seconds, 5:0.0}  "
                + $"{people.Average(each => each.ChangesPerMinute(options.Counting)), 5:0.0} ({people.Max(each => each.ChangesPerMinute(options.Counting)):0})  "
                + $"{people.Average(each => each.Allocations / seconds), 5:0.0}"
        );
    }
}
