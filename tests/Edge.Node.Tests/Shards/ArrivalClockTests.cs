using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Shards;

/// <summary>From the kernel's wall time to the node's timeline.</summary>
public sealed class ArrivalClockTests
{
    private static readonly TimeSpan WallAtZero = TimeSpan.FromDays(20_000);

    private readonly ArrivalClock _clock = new();

    public ArrivalClockTests()
    {
        _clock.Anchor(WallAtZero, At(0));
    }

    [Fact]
    public void Read_StampsOfABatch_EachItsOwnTime()
    {
        Assert.Equal(At(91), _clock.Read(Wall(91), At(100)));
        Assert.Equal(At(95), _clock.Read(Wall(95), At(100)));
        Assert.Equal(At(100), _clock.Read(Wall(100), At(100)));
    }

    [Fact]
    public void Read_NoStamp_TheTimeOfTheBatch() =>
        Assert.Equal(At(100), _clock.Read(TimeSpan.Zero, At(100)));

    /// <summary>It came after the time was read, or wall time was set.</summary>
    [Theory]
    [InlineData(100.1)]
    [InlineData(5_000_000)]
    public void Read_InTheFuture_TheTimeOfTheBatch(double stampMs) =>
        Assert.Equal(At(100), _clock.Read(Wall(stampMs), At(100)));

    [Theory]
    [InlineData(8999, 10_000)]
    [InlineData(9000, 9000)]
    public void Read_OlderThanASecond_TheTimeOfTheBatch(double stampMs, double expectedMs) =>
        Assert.Equal(At(expectedMs), _clock.Read(Wall(stampMs), At(10_000)));

    [Fact]
    public void Read_StampBeforeTheLast_DoesNotRunBackwards()
    {
        _clock.Read(Wall(90), At(100));

        Assert.Equal(At(90), _clock.Read(Wall(80), At(100)));
        Assert.Equal(At(100), _clock.Read(TimeSpan.Zero, At(100)));
        Assert.Equal(At(100), _clock.Read(Wall(99), At(101)));
        Assert.Equal(At(101), _clock.Read(Wall(101), At(102)));
    }

    /// <summary>Wall time is set back ten minutes: until the clocks are compared again, batch times serve.</summary>
    [Fact]
    public void Anchor_AfterWallTimeWasSet_StampsAreReadAgain()
    {
        var back = TimeSpan.FromMinutes(10);
        Assert.Equal(At(50), _clock.Read(Wall(45) - back, At(50)));
        Assert.False(_clock.IsDue(At(99)));
        Assert.True(_clock.IsDue(At(100)));

        _clock.Anchor(WallAtZero - back, At(100));

        Assert.Equal(At(95), _clock.Read(Wall(95) - back, At(100)));
        Assert.False(_clock.IsDue(At(199)));
    }

    [Fact]
    public void WallAtZero_TwoReadings_TheClocksGoTogether()
    {
        var clock = new NodeClock();
        var first = clock.WallAtZero();

        Assert.InRange(
            first + new TimeSpan(clock.Now().Ticks),
            DateTime.UtcNow - DateTime.UnixEpoch - TimeSpan.FromSeconds(10),
            DateTime.UtcNow - DateTime.UnixEpoch + TimeSpan.FromSeconds(10)
        );
    }

    [Fact]
    public void Read_IsDue_Anchor_WallAtZero_AllocateNothing()
    {
        var clock = new NodeClock();
        AllocationAssert.None(() =>
        {
            var now = clock.Now();
            if (_clock.IsDue(now))
            {
                _clock.Anchor(clock.WallAtZero(), now);
            }

            _clock.Read(TimeSpan.FromDays(1), now);
        });
    }

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private static TimeSpan Wall(double ms) => WallAtZero + TimeSpan.FromMilliseconds(ms);
}
