using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using Edge.Benchmarks.FanOut;

namespace Edge.Benchmarks.Micro;

/// <summary>All benchmarks of single steps of the packet path, in one table and one file.</summary>
internal static class MicroBenchmarks
{
    private const string Report = "out/bench-micro.json";

    private static readonly Type[] All =
    [
        typeof(QueueBenchmarks),
        typeof(TimerBenchmarks),
        typeof(RtpBenchmarks),
        typeof(RtcpBenchmarks),
        typeof(StunBenchmarks),
        typeof(SrtpBenchmarks),
        typeof(ReceiveBenchmarks),
        typeof(BandwidthBenchmarks),
        typeof(DownlinkBenchmarks),
        typeof(FanOutBenchmarks),
        typeof(ThinningBenchmarks),
        typeof(RepairBenchmarks),
        typeof(DescriptorBenchmarks),
        typeof(ChannelBenchmarks),
        typeof(MeshFrameBenchmarks),
        typeof(MeshBenchmarks),
        typeof(ShardBenchmarks),
    ];

    /// <summary>Runs those whose name contains a word; false when there is none, or one failed.</summary>
    public static bool Run(string word)
    {
        // What else there is to say stands at each class: BenchmarkSettings.
        var filter = ManualConfig.CreateEmpty().AddFilter(new GlobFilter([$"*{word}*"]));
        var chosen = All.Select(type => BenchmarkConverter.TypeToBenchmarks(type, filter))
            .Where(run => run.BenchmarksCases.Length > 0)
            .ToArray();
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"No benchmark has {word} in its name.");
            return false;
        }

        var isComplete = true;
        Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
        using var file = new StreamLogger(Report);
        foreach (var summary in BenchmarkRunner.Run(chosen))
        {
            JsonExporter.Brief.ExportToLog(summary, file);
            isComplete &= !summary.HasCriticalValidationErrors;
            isComplete &= summary.Reports.All(report => report.Success);
        }

        return isComplete;
    }
}
