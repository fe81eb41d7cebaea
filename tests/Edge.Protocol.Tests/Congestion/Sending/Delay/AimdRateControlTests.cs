using Edge.Primitives;
using Edge.Protocol.Congestion.Sending.Delay;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending.Delay;

public sealed class AimdRateControlTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);

    private readonly AimdRateControl _rate = new(Kbps(1000), Kbps(50), Kbps(10_000));

    [Fact]
    public void Decrease_GrowingQueue_GoesBelowWhatArrives()
    {
        _rate.Decrease(Kbps(1000), Instant.Zero);

        // 0.85 of it less 5 kbit/s.
        Assert.Equal(Kbps(845), _rate.Estimate);
        Assert.Equal(Kbps(1000), _rate.Capacity);
    }

    [Fact]
    public void Decrease_MoreArrivesThanEstimated_UsesTheKnownCapacity()
    {
        _rate.Decrease(Kbps(1000), Instant.Zero);
        _rate.SetEstimate(Kbps(900), Instant.Zero);
        _rate.Decrease(Kbps(1040), Instant.Zero);

        // 0.85 * 1040 = 884 - 5 = 879 is below 900.
        Assert.Equal(Kbps(879), _rate.Estimate);
        _rate.Decrease(Kbps(1045), Instant.Zero);
        // 883 is above 879, so 0.85 of the mean of 1000, 1040 by 0.05: 1002; it does not rise.
        Assert.InRange(_rate.Estimate.BitsPerSecond, 851_000, 852_000);
    }

    [Fact]
    public void Increase_UnknownCapacity_IsEightPercentASecond()
    {
        _rate.SetEstimate(Kbps(1000), Instant.Zero);
        _rate.Increase(Kbps(1000), RoundTrip, Seconds(1));

        Assert.Equal(1080, _rate.Estimate.BitsPerSecond / 1000.0, 1);
    }

    /// <summary>845 kbit/s at 30 frames make 3 packets of 9389 bits; one each 2 * (100 + 100) ms is
    /// 23472 bit/s more in a second.</summary>
    [Fact]
    public void Increase_NearKnownCapacity_IsAPacketAResponseTime()
    {
        _rate.Decrease(Kbps(1000), Instant.Zero);
        _rate.Increase(Kbps(845), RoundTrip, Instant.Zero);
        Assert.Equal(Kbps(845), _rate.Estimate);

        _rate.Increase(Kbps(845), RoundTrip, Seconds(1));

        Assert.InRange(_rate.Estimate.BitsPerSecond, 868_470, 868_474);
    }

    [Fact]
    public void Increase_MoreThanTheCapacityArrives_ForgetsIt()
    {
        _rate.Decrease(Kbps(1000), Instant.Zero);
        _rate.Increase(Kbps(845), RoundTrip, Instant.Zero);

        // Its upper bound is 1000 + 3 * sqrt(0.4 * 1000) = 1060.
        _rate.Increase(Kbps(1059), RoundTrip, Instant.Zero);
        Assert.Equal(Kbps(1000), _rate.Capacity);
        _rate.Increase(Kbps(1061), RoundTrip, Instant.Zero);
        Assert.Equal(Bitrate.Zero, _rate.Capacity);
    }

    [Fact]
    public void Increase_FarAheadOfWhatArrives_Waits()
    {
        _rate.SetEstimate(Kbps(1000), Instant.Zero);
        _rate.Increase(Kbps(600), RoundTrip, Seconds(1));

        Assert.Equal(Kbps(1000), _rate.Estimate);
    }

    [Fact]
    public void IsTimeToReduce_AfterADecrease_IsARoundTripLaterOrWhenFarOff()
    {
        Assert.True(_rate.IsTimeToReduce(Kbps(1000), RoundTrip, Instant.Zero));
        _rate.Decrease(Kbps(1000), Instant.Zero);

        Assert.False(_rate.IsTimeToReduce(Kbps(845), RoundTrip, Instant.FromMilliseconds(99)));
        Assert.True(_rate.IsTimeToReduce(Kbps(845), RoundTrip, Instant.FromMilliseconds(100)));
        Assert.True(_rate.IsTimeToReduce(Kbps(400), RoundTrip, Instant.FromMilliseconds(1)));
    }

    [Fact]
    public void Halve_Repeated_WaitsForItsEffect()
    {
        _rate.Halve(Instant.Zero);

        Assert.Equal(Kbps(500), _rate.Estimate);
        Assert.False(_rate.IsTimeToReduce(Kbps(500), RoundTrip, Instant.FromMilliseconds(50)));
        Assert.True(_rate.IsTimeToReduce(Kbps(500), RoundTrip, Instant.FromMilliseconds(100)));
    }

    [Fact]
    public void Estimate_AnyInput_StaysWithinItsBounds()
    {
        _rate.SetEstimate(Kbps(100_000), Instant.Zero);
        Assert.Equal(Kbps(10_000), _rate.Estimate);
        _rate.Decrease(Kbps(1), Instant.Zero);
        Assert.Equal(Kbps(50), _rate.Estimate);
    }

    private static Bitrate Kbps(long kbps) => Bitrate.FromKilobits(kbps);

    private static Instant Seconds(double seconds) => Instant.FromMilliseconds(seconds * 1000);
}
