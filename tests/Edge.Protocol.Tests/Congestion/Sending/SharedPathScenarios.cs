using System.Globalization;
using Edge.Protocol.Tests.Congestion.Sending.Simulation;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>Several who send through one bottleneck: nobody starves.</summary>
public sealed class SharedPathScenarios(ITestOutputHelper output)
{
    /// <summary>The second viewer comes when the first has all.</summary>
    [Fact]
    public void Viewers_SecondComesLater_BothHaveAShare() =>
        ScenarioSeeds.Check(seed =>
        {
            var world = new SharedWorld(PathConditions.Shared, seed, viewers: 2);
            var (first, second) = (world.Viewers[0], world.Viewers[1]);
            second.IsAbsent = true;
            world.Run(TimeSpan.FromSeconds(20));
            second.IsAbsent = false;
            world.Run(TimeSpan.FromSeconds(80));

            var shares = (
                First: first.Trace.Utilisation(50_000, 100_000),
                Second: second.Trace.Utilisation(50_000, 100_000)
            );
            var queueMs = first.Trace.QueueP95(50_000, 100_000);
            Print(
                seed,
                $"shares {shares.First:0.00} {shares.Second:0.00}, queue p95 {queueMs:0} ms"
            );
            Assert.InRange(shares.First, 0.15, 0.8);
            Assert.InRange(shares.Second, 0.15, 0.8);
            Assert.InRange(shares.First + shares.Second, 0.75, 1.01);
        });

    /// <summary>TCP fills whatever queue there is. In a short one it loses before delays say much; in a deep
    /// one it is delay itself.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    [InlineData(1000)]
    public void Tcp_LongFlow_LeavesAShare(int queueMs) =>
        ScenarioSeeds.Check(seed =>
        {
            var conditions = PathConditions.Shared with
            {
                QueueMax = TimeSpan.FromMilliseconds(queueMs),
            };
            var world = new SharedWorld(conditions, seed, viewers: 1);
            var viewer = world.Viewers[0];
            world.Run(TimeSpan.FromSeconds(20));
            world.StartFlow();
            world.Run(TimeSpan.FromSeconds(60));
            var flow = world.FlowBytes * 8 / 60.0 / conditions.Rate.BitsPerSecond;
            world.StopFlow();
            world.Run(TimeSpan.FromSeconds(20));

            var share = viewer.Trace.Utilisation(30_000, 80_000);
            var lasting = viewer.Trace.ShareAtLeast(30_000, 80_000, new(150_000));
            var back = viewer.Trace.MsUntil(80_000, rate => rate >= conditions.Rate * 0.8);
            Print(
                seed,
                $"queue {queueMs} ms: share {share:0.000}, TCP {flow:0.00}, over 150 kbit/s {lasting:0.00}, back after {back} ms, queue p95 {viewer.Trace.QueueP95(30_000, 80_000):0} ms"
            );
            Assert.InRange(share, queueMs > 500 ? 0.03 : 0.08, 0.8);
            Assert.InRange(lasting, 0.7, 1);
            Assert.InRange(back, 0, 10_000);
        });

    private void Print(ulong seed, FormattableString numbers) =>
        output.WriteLine($"{seed}: {numbers.ToString(CultureInfo.InvariantCulture)}");
}
