using System.Globalization;
using Edge.Testing.Downlinks;

namespace Edge.Benchmarks;

/// <summary>What a viewer gets on named networks, in virtual time: the table that each later change is compared
/// with.</summary>
internal static class NetworkBenchmark
{
    private const int SeedsDefault = 20;
    private static readonly TimeSpan Third = TimeSpan.FromSeconds(30);

    public static void Run(ReadOnlyMemory<string> arguments)
    {
        var seeds =
            arguments.Length > 0
                ? int.Parse(arguments.Span[0], CultureInfo.InvariantCulture)
                : SeedsDefault;
        Console.WriteLine(
            $"a viewer of a camera of 150, 500 and 1700 kbit/s; {seeds} seeds of {3 * Third.TotalSeconds:0} s each; median (worst)"
        );
        Console.WriteLine(
            "network            joined ms    left ms      back ms      used %     queue p95   switches   gap at     frozen   sound p99"
        );
        Console.WriteLine(
            "                                                                 ms          a minute   switch ms  %        ms late"
        );
        foreach (var network in NamedNetwork.All)
        {
            NetworkFigures[] figures =
            [
                .. Enumerable
                    .Range(1, seeds)
                    .AsParallel()
                    .Select(seed => NetworkFigures.Measure(network, (ulong)seed, Third)),
            ];
            Console.WriteLine(
                $"{network.Name, -18} "
                    + Column(figures, each => each.Joined.TotalMilliseconds, 13)
                    + Column(figures, each => each.Left.TotalMilliseconds, 13)
                    + Column(figures, each => each.Back.TotalMilliseconds, 13)
                    + Column(figures, each => -100 * each.Used, 11)
                    + Column(figures, each => each.QueueP95.TotalMilliseconds, 12)
                    + Column(figures, each => each.SwitchesPerMinute, 11, "0.0")
                    + Column(figures, each => each.GapAtSwitch.TotalMilliseconds, 11)
                    + Column(figures, each => 100 * each.Frozen, 9, "0.0")
                    + Column(figures, each => each.SoundP99.TotalMilliseconds, 9)
            );
        }
    }

    /// <summary>Median and worst; what is better the more it is comes negative.</summary>
    private static string Column(
        NetworkFigures[] figures,
        Func<NetworkFigures, double> value,
        int width,
        string format = "0"
    )
    {
        var sorted = figures.Select(value).Order().ToArray();
        var median = Math.Abs(sorted[sorted.Length / 2]);
        var worst = Math.Abs(sorted[^1]);
        var text =
            median.ToString(format, CultureInfo.InvariantCulture)
            + " ("
            + worst.ToString(format, CultureInfo.InvariantCulture)
            + ")";
        return text.PadRight(width);
    }
}
