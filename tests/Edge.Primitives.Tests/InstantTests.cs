using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of instants and of the deadline that is not set.</summary>
public sealed class InstantTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Never_PlusOrMinusAnything_StaysNever()
    {
        Assert.Equal(Instant.Never, Instant.Never + Second);
        Assert.Equal(Instant.Never, Instant.Never - Second);
        Assert.False(Instant.Never.IsSet);
        Assert.True(Instant.Zero.IsSet);
    }

    [Fact]
    public void Min_WithNever_IsTheOther()
    {
        Assert.Equal(Instant.Zero, Instant.Min(Instant.Never, Instant.Zero));
        Assert.Equal(Instant.Zero, Instant.Min(Instant.Zero, Instant.Never));
        Assert.Equal(Instant.Never, Instant.Max(Instant.Zero, Instant.Never));
    }

    [Fact]
    public void Operators_LaterAndEarlier_Ordered()
    {
        var later = Instant.Zero + Second;
        Assert.True(later > Instant.Zero && Instant.Zero < later);
        Assert.True(later >= Instant.Zero && Instant.Zero <= later);
        Assert.Equal(Second, later - Instant.Zero);
        Assert.Equal(-Second, Instant.Zero - later);
        Assert.Equal(Instant.Zero, later - Second);
        Assert.True(later.CompareTo(Instant.Zero) > 0);
        Assert.True(Instant.Never > later);
    }

    [Fact]
    public void FromMilliseconds_Fraction_InTicks() =>
        Assert.Equal(15_000, Instant.FromMilliseconds(1.5).Ticks);

    [Fact]
    public void ToString_SetAndNot_Readable()
    {
        Assert.Equal("1.5000 ms", Instant.FromMilliseconds(1.5).ToString());
        Assert.Equal("never", Instant.Never.ToString());
    }
}
