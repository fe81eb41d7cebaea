using BenchmarkDotNet.Attributes;

namespace Edge.Benchmarks.Micro;

/// <summary>What estimating a viewer's bandwidth costs, a packet at 300 a second.</summary>
[Config(typeof(BenchmarkSettings))]
public class BandwidthBenchmarks
{
    private const int PacketsPerBlock = 30;

    private readonly EstimatedViewer _viewer = new(PacketsPerBlock);

    /// <summary>A packet left.</summary>
    [Benchmark(OperationsPerInvoke = PacketsPerBlock)]
    public void HandleSent() => _viewer.Send();

    /// <summary>The same, and feedback is written and read: what is to be taken from the next.</summary>
    [Benchmark(OperationsPerInvoke = PacketsPerBlock)]
    public void HandleSentAndReadFeedback() => _viewer.SendAndWrite();

    /// <summary>The same, and the estimator is told.</summary>
    [Benchmark(OperationsPerInvoke = PacketsPerBlock)]
    public void HandleSentAndFeedback() => _viewer.SendAndTell();
}
