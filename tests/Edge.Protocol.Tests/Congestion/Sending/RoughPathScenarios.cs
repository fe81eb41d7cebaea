using System.Globalization;
using Edge.Primitives;
using Edge.Protocol.Tests.Congestion.Sending.Simulation;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>Paths that go away, come in bursts or out of order, and viewers for whom little is sent.</summary>
public sealed class RoughPathScenarios(ITestOutputHelper output)
{
    private static readonly Bitrate Full = PathConditions.Step.Rate;

    /// <summary>A tunnel: all is lost for a while, and then all is as before.</summary>
    [Theory]
    [InlineData(3, 3000)]
    [InlineData(30, 5000)]
    public void Tunnel_Back_IsUsedAgainSoon(int seconds, int recoveryMaxMs) =>
        ScenarioSeeds.Check(seed =>
        {
            var world = new ViewerWorld(PathConditions.Step, seed);
            world.Run(TimeSpan.FromSeconds(20));
            world.Path.IsCut = true;
            world.Run(TimeSpan.FromSeconds(seconds));
            world.Path.IsCut = false;
            world.Run(TimeSpan.FromSeconds(15));

            var backMs = (20 + seconds) * 1000;
            var recoveryMs = world.Trace.MsUntil(backMs, rate => rate >= Full * 0.8);
            var steady = world.Trace.Utilisation(backMs + 5000, backMs + 15_000);
            Print(seed, $"{seconds} s: {recoveryMs} ms, then used {steady:0.00}");
            Assert.InRange(recoveryMs, 0, recoveryMaxMs);
            Assert.InRange(steady, 0.8, 1);
        });

    [Fact]
    public void Bursty_Wifi_KeepsItsEstimate() =>
        ScenarioSeeds.Check(seed =>
        {
            var world = new ViewerWorld(PathConditions.Bursty, seed);
            world.Run(TimeSpan.FromSeconds(60));
            CheckKept(world, seed);
        });

    /// <summary>A phone that goes to power save: packets come with the beacons, all at once.</summary>
    [Fact]
    public void PowerSave_Beacons_KeepTheEstimate() =>
        ScenarioSeeds.Check(seed =>
        {
            var world = new ViewerWorld(PathConditions.Wifi, seed);
            world.Run(TimeSpan.FromSeconds(10));
            world.Path.BeaconEvery = TimeSpan.FromMilliseconds(100);
            world.Run(TimeSpan.FromSeconds(50));
            CheckKept(world, seed);
        });

    /// <summary>What is overtaken is told lost first, and is neither a loss nor a queue.</summary>
    [Fact]
    public void Reordered_FivePercent_IsNoLoss() =>
        ScenarioSeeds.Check(seed =>
        {
            var world = new ViewerWorld(PathConditions.TwoWays, seed);
            var lossMost = 0.0;
            for (var second = 0; second < 60; second++)
            {
                world.Run(TimeSpan.FromSeconds(1));
                lossMost = Math.Max(lossMost, world.Bandwidth.LossFraction);
            }

            var used = world.Trace.Utilisation(10_000, 60_000);
            Print(
                seed,
                $"used {used:0.00}, loss {lossMost:0.000}, decreases {world.Bandwidth.Stats.Decreases}"
            );
            Assert.InRange(used, 0.85, 1);
            Assert.InRange(lossMost, 0, 0.1);
            Assert.InRange(world.Bandwidth.Stats.Lost, 0, 20);
        });

    /// <summary>Sound alone, after a picture and without one before: the estimate stays useful, and its
    /// tests cost little.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sound_Alone_KeepsAnEstimateForLittle(bool isWifi) =>
        ScenarioSeeds.Check(seed =>
        {
            var conditions = isWifi ? PathConditions.Wifi : PathConditions.Step;
            var world = new ViewerWorld(conditions, seed) { SourceMax = Bitrate.Zero };
            world.Run(TimeSpan.FromSeconds(10));
            var paddingBefore = world.PaddingBytes;
            world.Run(TimeSpan.FromSeconds(60));

            var padding = (world.PaddingBytes - paddingBefore) / 60;
            var share = padding * 8.0 / conditions.Rate.BitsPerSecond;
            var useful = world.Trace.ShareAtLeast(10_000, 70_000, conditions.Rate * 0.5);
            Print(
                seed,
                $"probes {share:0.0000} of the path, useful {useful:0.00}, at last {world.Bandwidth.Estimate}, decreases {world.Bandwidth.Stats.Decreases}"
            );
            Assert.InRange(share, 0, 0.03);
            Assert.InRange(useful, 0.5, 1);
        });

    /// <summary>A viewer for whom all pictures are paused, with and without sound, on a path that was bad:
    /// probes find out that it is good again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Paused_GoodPathAgain_IsFoundByProbes(bool hasSound) =>
        ScenarioSeeds.Check(seed =>
        {
            var world = new ViewerWorld(PathConditions.Step, seed)
            {
                Layers = [new(150_000), new(500_000), new(1_700_000)],
                HasSound = hasSound,
            };
            world.Bandwidth.SetWanted(new(1_700_000), world.Now);
            world.Run(TimeSpan.FromSeconds(10));
            world.Path.Rate = Bitrate.FromKilobits(40);
            world.Run(TimeSpan.FromSeconds(20));
            var bad = world.Bandwidth.Estimate;
            world.Path.Rate = Full;
            world.Run(TimeSpan.FromSeconds(30));

            var backMs = world.Trace.MsUntilLayer(30_000, 2);
            Print(seed, $"down to {bad}, back after {backMs} ms");
            Assert.True(bad < Bitrate.FromKilobits(150), $"{bad}");
            Assert.InRange(backMs, 0, 15_000);
        });

    /// <summary>Nothing is wanted that is not sent: nothing is tested.</summary>
    [Fact]
    public void Wanted_LessThanSent_AsksForNoProbe() =>
        ScenarioSeeds.Check(seed =>
        {
            var world = new ViewerWorld(PathConditions.Step, seed) { SourceMax = Bitrate.Zero };
            world.Bandwidth.SetWanted(Bitrate.FromKilobits(40), world.Now);
            world.Run(TimeSpan.FromSeconds(30));

            Assert.Equal(0, world.Bandwidth.Stats.Probes);
            world.Bandwidth.SetWanted(Bitrate.FromKilobits(1700), world.Now);
            world.Run(TimeSpan.FromSeconds(5));
            Print(seed, $"{world.Bandwidth.Estimate}");
            Assert.True(world.Bandwidth.Estimate > Bitrate.FromKilobits(1400));
        });

    private void CheckKept(ViewerWorld world, ulong seed)
    {
        var used = world.Trace.Utilisation(10_000, 60_000);
        var kept = world.Trace.ShareAtLeast(10_000, 60_000, world.Path.Rate * 0.5);
        Print(
            seed,
            $"used {used:0.00}, kept {kept:0.000}, decreases {world.Bandwidth.Stats.Decreases}, queue p95 {world.Trace.QueueP95(10_000, 60_000):0} ms"
        );
        Assert.InRange(used, 0.7, 1);
        Assert.InRange(kept, 0.9, 1);
    }

    private void Print(ulong seed, FormattableString numbers) =>
        output.WriteLine($"{seed}: {numbers.ToString(CultureInfo.InvariantCulture)}");
}
