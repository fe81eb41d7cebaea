using Edge.Primitives;
using Edge.Protocol.Congestion.Sending.Delay;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending.Delay;

/// <summary>Groups, their trend, and what is decided by it.</summary>
public sealed class DelayDetectionTests
{
    private readonly InterArrival _groups = new();
    private readonly TrendlineEstimator _trend = new();
    private readonly OveruseDetector _detector = new();
    private double _sentMs;
    private double _arrivalMs = 50;

    [Fact]
    public void TryAdd_ThreeGroups_MeasuresBetweenTheLastPacketsOfTwo()
    {
        Assert.False(Add(0, 50, out _));
        Assert.False(Add(1, 51, out _));
        Assert.False(Add(2, 52, out _));
        Assert.False(Add(10, 62, out _));
        Assert.False(Add(11, 63, out _));

        Assert.True(Add(20, 72, out var delta));
        Assert.Equal(TimeSpan.FromMilliseconds(9), delta.Send);
        Assert.Equal(TimeSpan.FromMilliseconds(11), delta.Arrive);
        Assert.Equal(TimeSpan.FromMilliseconds(2), delta.Growth);
    }

    /// <summary>What was held back and came together is one group.</summary>
    [Fact]
    public void TryAdd_BurstOfArrivals_IsOneGroup()
    {
        Add(0, 50, out _);
        Assert.False(Add(10, 53, out _));
        Assert.False(Add(20, 70, out _));

        Assert.True(Add(30, 80, out var delta));
        Assert.Equal(TimeSpan.FromMilliseconds(10), delta.Send);
        Assert.Equal(TimeSpan.FromMilliseconds(17), delta.Arrive);
    }

    [Fact]
    public void TryAdd_OvertakenPacket_IsPassedOver()
    {
        Add(0, 50, out _);
        Add(20, 70, out _);
        Assert.False(Add(10, 71, out _));

        Assert.True(Add(40, 90, out var delta));
        Assert.Equal(TimeSpan.FromMilliseconds(20), delta.Arrive);
    }

    /// <summary>A millisecond more every 10 ms of sending, 11 of arriving: the line has 1/11.</summary>
    [Fact]
    public void Slope_SteadyGrowth_IsItsRate()
    {
        Go(groups: 200, growthMs: 1);

        Assert.Equal(1 / 11.0, _trend.Slope, 4);
    }

    [Fact]
    public void Slope_FewGroups_IsNone()
    {
        Go(groups: TrendlineEstimator.WindowGroups - 1, growthMs: 1);

        Assert.Equal(0, _trend.Slope);
    }

    [Fact]
    public void Detect_SteadyDelays_AreNormal()
    {
        Go(groups: 100, growthMs: 0);

        Assert.Equal(NetworkUsage.Normal, _detector.Usage);
    }

    [Fact]
    public void Detect_GrowingThenFallingDelays_AreOveruseThenUnderuse()
    {
        Go(groups: 100, growthMs: 0);
        Go(groups: 25, growthMs: 1);
        Assert.Equal(NetworkUsage.Overusing, _detector.Usage);

        Go(groups: 40, growthMs: -1);
        Assert.Equal(NetworkUsage.Underusing, _detector.Usage);
    }

    /// <summary>12.5 - 0.039 * 12.5 * 10 ms = 7.625, then the least, 6; the first two groups have no time
    /// between them.</summary>
    [Fact]
    public void Threshold_FlatTrend_FallsToItsLeast()
    {
        Go(groups: 2, growthMs: 0);
        Assert.Equal(12.5, _detector.Threshold, 6);
        Go(groups: 1, growthMs: 0);
        Assert.Equal(7.625, _detector.Threshold, 6);
        Go(groups: 1, growthMs: 0);
        Assert.Equal(6, _detector.Threshold, 6);
    }

    /// <summary>Send times may step back; how long overuse lasts is then below nothing, also in another process.</summary>
    [Fact]
    public void Read_OveruseOfAGroupThatStepsBack_IsRead()
    {
        for (var group = 0; group < 60; group++)
        {
            _arrivalMs += 11;
            _trend.Add(new(Ms(10), Ms(11), Ms(_arrivalMs)));
        }

        _detector.Detect(_trend, new(Ms(-50), Ms(11), Ms(_arrivalMs)));
        using var writer = new StateWriter(Instant.Zero, bytesMax: 1000);
        _detector.Write(writer);
        var reader = new StateReader(writer.Written, Instant.Zero);
        new OveruseDetector().Read(ref reader);
        Assert.False(reader.IsBroken);
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private void Go(int groups, double growthMs)
    {
        for (var group = 0; group < groups; group++)
        {
            _sentMs += 10;
            _arrivalMs += 10 + growthMs;
            var delta = new GroupDelta(
                TimeSpan.FromMilliseconds(10),
                TimeSpan.FromMilliseconds(10 + growthMs),
                TimeSpan.FromMilliseconds(_arrivalMs)
            );
            _trend.Add(delta);
            _detector.Detect(_trend, delta);
        }
    }

    private bool Add(double sentMs, double arrivalMs, out GroupDelta delta) =>
        _groups.TryAdd(
            Instant.FromMilliseconds(sentMs),
            TimeSpan.FromMilliseconds(arrivalMs),
            out delta
        );
}
