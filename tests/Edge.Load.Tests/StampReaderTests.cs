using Edge.Primitives;
using Xunit;

namespace Edge.Load.Tests;

public sealed class StampReaderTests
{
    private static readonly Instant Now = new(TimeSpan.FromSeconds(100).Ticks);

    private TimeSpan _wallAtZero = TimeSpan.FromDays(20_000);

    [Theory]
    [InlineData(-3, -3)]
    [InlineData(-4999, -4999)]
    [InlineData(-5001, 0)] // Older than any buffer: wall time was set.
    [InlineData(1, 0)]
    public void Read_AStamp_IsWhenItCame(int stampMs, int expectedMs)
    {
        var reader = new StampReader(() => _wallAtZero);

        var at = reader.Read(Wall(Now + TimeSpan.FromMilliseconds(stampMs)), Now);

        Assert.Equal(expectedMs, (at - Now).TotalMilliseconds);
    }

    [Fact]
    public void Read_NoStamp_IsNow() =>
        Assert.Equal(Now, new StampReader(() => _wallAtZero).Read(TimeSpan.Zero, Now));

    [Fact]
    public void Read_WallTimeDrifts_FollowsItAfterATenthOfASecond()
    {
        var reader = new StampReader(() => _wallAtZero);
        _ = reader.Read(TimeSpan.Zero, Now);
        _wallAtZero += TimeSpan.FromMilliseconds(-20);
        var later = Now + StampReader.AnchorAge;

        Assert.Equal(
            later - TimeSpan.FromMilliseconds(5),
            reader.Read(Wall(later - TimeSpan.FromMilliseconds(5)), later)
        );
    }

    private TimeSpan Wall(Instant at) => _wallAtZero + new TimeSpan(at.Ticks);
}
