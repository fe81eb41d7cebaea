using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of the circle of 16-bit numbers (RFC 1982 arithmetic) next to its seams.</summary>
public sealed class SequenceNumberTests
{
    [Theory]
    [InlineData(0, 65535, 1)]
    [InlineData(65535, 0, -1)]
    [InlineData(1, 65535, 2)]
    [InlineData(32767, 0, 32767)]
    [InlineData(32768, 0, -32768)]
    [InlineData(0, 32768, -32768)]
    [InlineData(32769, 0, -32767)]
    [InlineData(5, 5, 0)]
    public void DistanceFrom_Neighbours_ShortWayRound(int number, int other, int distance) =>
        Assert.Equal(distance, Number(number).DistanceFrom(Number(other)));

    [Theory]
    [InlineData(0, 65535, true)]
    [InlineData(65535, 0, false)]
    [InlineData(32767, 0, true)]
    [InlineData(32768, 0, false)]
    [InlineData(0, 32768, false)]
    [InlineData(5, 5, false)]
    public void IsNewerThan_Neighbours_HalfTheCircleIsNot(int number, int other, bool isNewer) =>
        Assert.Equal(isNewer, Number(number).IsNewerThan(Number(other)));

    [Fact]
    public void Next_Last_WrapsToZero() => Assert.Equal(Number(0), Number(65535).Next);

    [Theory]
    [InlineData(65535, 2, 1)]
    [InlineData(0, -1, 65535)]
    [InlineData(10, 65536, 10)]
    public void Plus_AcrossTheSeam_Wraps(int number, int steps, int expected) =>
        Assert.Equal(Number(expected), Number(number) + steps);

    [Fact]
    public void ToString_Number_Plain() => Assert.Equal("65535", Number(65535).ToString());

    private static SequenceNumber Number(int value) => new((ushort)value);
}
