using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Edge.Benchmarks;

/// <summary>How benchmarks run: within this process, for a project made by the tool would be restored anew; in short
/// rounds, of which a busy machine spoils only some.</summary>
/// <remarks>What is allocated is counted for the whole process: a few bytes an operation may be another thread's. That
/// steps allocate nothing is for tests to show (AllocationAssert).</remarks>
public sealed class BenchmarkSettings : ManualConfig
{
    private const int WarmupRounds = 3;
    private const int Rounds = 100;
    private const int RoundMilliseconds = 5;

    /// <summary>The settings.</summary>
    public BenchmarkSettings()
    {
        AddJob(
            Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithWarmupCount(WarmupRounds)
                .WithIterationCount(Rounds)
                .WithIterationTime(TimeInterval.FromMilliseconds(RoundMilliseconds))
        );
        AddColumnProvider(DefaultColumnProviders.Instance);
        // A neighbour on the machine makes a round longer, never shorter: the best is the cost.
        AddColumn(StatisticColumn.Min, StatisticColumn.Median);
        AddDiagnoser(MemoryDiagnoser.Default);
        AddLogger(ConsoleLogger.Default);
        WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared));
        WithArtifactsPath("out/benchmarks");
        WithOptions(ConfigOptions.JoinSummary);
    }
}
