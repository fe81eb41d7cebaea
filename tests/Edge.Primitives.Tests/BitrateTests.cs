using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of rates.</summary>
public sealed class BitrateTests
{
    [Fact]
    public void FromBytes_OneSecond_EightBitsEach() =>
        Assert.Equal(new Bitrate(8000), Bitrate.FromBytes(1000, TimeSpan.FromSeconds(1)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void FromBytes_NoDuration_Zero(int ticks) =>
        Assert.Equal(Bitrate.Zero, Bitrate.FromBytes(1000, new TimeSpan(ticks)));

    [Fact]
    public void BytesIn_HalfASecond_HalfTheBytes() =>
        Assert.Equal(62_500, Bitrate.FromKilobits(1000).BytesIn(TimeSpan.FromMilliseconds(500)));

    [Fact]
    public void Operators_TwoRates_SumScaleAndOrder()
    {
        var low = Bitrate.FromKilobits(100);
        var high = Bitrate.FromKilobits(300);
        Assert.Equal(Bitrate.FromKilobits(400), low + high);
        Assert.Equal(Bitrate.FromKilobits(150), high * 0.5);
        Assert.Equal(low, Bitrate.Min(high, low));
        Assert.Equal(high, Bitrate.Max(high, low));
        Assert.True(low < high && high > low && low <= high && high >= low);
        Assert.True(low.CompareTo(high) < 0);
    }

    [Fact]
    public void ToString_Rate_InKilobits() =>
        Assert.Equal("1234.5 kbit/s", new Bitrate(1_234_500).ToString());
}
