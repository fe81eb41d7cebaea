using Edge.Testing.Clients;
using Xunit;

namespace Edge.Testing.Tests;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentile_Nothing_IsZero() =>
        Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Percentile(0.5));

    [Fact]
    public void Percentile_SmallDurations_IsExact()
    {
        var histogram = new LatencyHistogram();
        for (var microseconds = 1; microseconds <= 50; microseconds++)
        {
            histogram.Add(TimeSpan.FromMicroseconds(microseconds));
        }

        Assert.Equal(TimeSpan.FromMicroseconds(25), histogram.Percentile(0.5));
        Assert.Equal(TimeSpan.FromMicroseconds(50), histogram.Percentile(0.99));
        Assert.Equal(TimeSpan.FromMicroseconds(1), histogram.Percentile(0));
    }

    [Fact]
    public void Percentile_AnyDurations_IsWithinOneInThirtyTwoOfSorting()
    {
        var random = Seeds.Random();
        var histogram = new LatencyHistogram();
        var sorted = new double[5000];
        for (var index = 0; index < sorted.Length; index++)
        {
            var microseconds = random.NextInt32(1 << (1 + random.NextInt32(29)));
            sorted[index] = microseconds;
            histogram.Add(TimeSpan.FromMicroseconds(microseconds));
        }

        Array.Sort(sorted);
        foreach (var share in (double[])[0.01, 0.5, 0.9, 0.99, 1])
        {
            var exact = sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
            Assert.InRange(histogram.Percentile(share).TotalMicroseconds, exact * 31 / 32, exact);
        }
    }

    [Fact]
    public void Reset_AfterCounting_ForgetsAll()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromSeconds(-1));
        histogram.Add(TimeSpan.FromDays(1));
        Assert.Equal(2, histogram.Count);

        histogram.Reset();

        Assert.Equal(0, histogram.Count);
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(1));
    }
}
