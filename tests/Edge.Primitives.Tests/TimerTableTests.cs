using Edge.Testing;
using Xunit;

namespace Edge.Primitives.Tests;

/// <summary>Tests of the deadlines of one object.</summary>
public sealed class TimerTableTests
{
    private enum Small : byte
    {
        First,
        Second,
        Third,
    }

    private enum Wide
    {
        First,
        Second,
    }

    [Fact]
    public void Next_NothingSet_Never() =>
        Assert.Equal(Instant.Never, new TimerTable<Small>(3).Next);

    [Fact]
    public void Next_SeveralSet_TheEarliest()
    {
        var timers = new TimerTable<Small>(3);
        timers.Set(Small.Third, Instant.FromMilliseconds(10));
        timers.Set(Small.First, Instant.FromMilliseconds(20));
        Assert.Equal(Instant.FromMilliseconds(10), timers.Next);
        timers.Clear(Small.Third);
        Assert.Equal(Instant.FromMilliseconds(20), timers.Next);
        Assert.Equal(Instant.Never, timers[Small.Second]);
    }

    [Fact]
    public void TryExpire_DueAndNot_OnceOnly()
    {
        var timers = new TimerTable<Wide>(2);
        timers.Set(Wide.Second, Instant.FromMilliseconds(10));
        Assert.False(timers.TryExpire(Wide.Second, Instant.FromMilliseconds(9.9999)));
        Assert.False(timers.TryExpire(Wide.First, Instant.FromMilliseconds(10)));
        Assert.True(timers.TryExpire(Wide.Second, Instant.FromMilliseconds(10)));
        Assert.False(timers.TryExpire(Wide.Second, Instant.FromMilliseconds(10)));
        Assert.Equal(Instant.Never, timers.Next);
    }

    [Fact]
    public void SetNextTryExpire_ManyTimes_AllocateNothing()
    {
        var timers = new TimerTable<Small>(3);
        AllocationAssert.None(() =>
        {
            timers.Set(Small.Second, Instant.Zero);
            timers.TryExpire(Small.Second, timers.Next);
        });
    }
}
