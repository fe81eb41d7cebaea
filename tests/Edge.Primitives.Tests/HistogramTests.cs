using Xunit;

namespace Edge.Primitives.Tests;

public sealed class HistogramTests
{
    [Fact]
    public void Note_Values_LieAtOrBelowTheirLimit()
    {
        var values = new Histogram(1, 10);
        foreach (var value in (double[])[-1, 1, 1.5, 10, 11])
        {
            values.Note(value);
        }

        Assert.Equal([2, 2, 1], values.Counts.ToArray());
        Assert.Equal([0, 11.5, 11], values.Sums.ToArray());
    }

    [Fact]
    public void Add_OneOfTheSameLimits_BothTogether()
    {
        var values = new Histogram(1, 10);
        var others = new Histogram(1, 10);
        values.Note(5);
        others.Note(6);
        others.Note(0.5);

        values.Add(others);

        Assert.Equal([1, 2, 0], values.Counts.ToArray());
        Assert.Equal([0.5, 11, 0], values.Sums.ToArray());
    }

    [Fact]
    public void Add_OneOfOtherLimits_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new Histogram(1).Add(new Histogram(2)));

    [Theory]
    [InlineData]
    [InlineData(1.0, 1.0)]
    [InlineData(2.0, 1.0)]
    [InlineData(1.0, double.NaN)]
    public void Create_LimitsThatDoNotGrow_AreRefused(params double[] limits) =>
        Assert.Throws<ArgumentException>(() => new Histogram(limits));
}
