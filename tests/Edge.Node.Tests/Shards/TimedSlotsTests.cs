using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Shards;

/// <summary>Slots, their timers and the list of what was touched.</summary>
public sealed class TimedSlotsTests
{
    [Fact]
    public void TryAdd_Full_RefusesUntilOneLeaves()
    {
        var slots = new TimedSlots<string>(2);

        Assert.True(slots.TryAdd("a", out var first));
        Assert.True(slots.TryAdd("b", out var second));
        Assert.False(slots.TryAdd("c", out _));
        Assert.NotEqual(first, second);
        Assert.Equal(2, slots.Count);

        slots.Remove(first);
        Assert.True(slots.TryAdd("c", out var third));
        Assert.Equal(first, third);
    }

    /// <summary>It grows to its bound and no further; what was in it stays as it was.</summary>
    [Fact]
    public void TryAdd_MoreThanAtFirst_AllKeepTheirSlotsAndDeadlines()
    {
        const int most = 1000;
        var slots = new TimedSlots<string>(most);
        for (var index = 0; index < most; index++)
        {
            Assert.True(slots.TryAdd($"{index}", out var slot));
            Assert.Equal(index, slot);
            slots.Arm(slot, Instant.FromMilliseconds(most - index));
            slots.Touch(slot);
        }

        Assert.False(slots.TryAdd("more", out _));
        Assert.Equal(most, slots.Count);
        for (var index = most - 1; index >= 0; index--)
        {
            Assert.True(slots.TryTakeTouched(out var touched));
            Assert.Equal($"{index}", touched);
            Assert.True(slots.TryTakeDue(out var due, Instant.FromMilliseconds(most)));
            Assert.Equal($"{index}", due);
        }

        Assert.Equal(Instant.Never, slots.Next);
    }

    [Fact]
    public void Remove_ArmedAndTouched_NeitherComesBack()
    {
        var slots = new TimedSlots<string>(2);
        Assert.True(slots.TryAdd("a", out var slot));
        slots.Arm(slot, new Instant(5));
        slots.Touch(slot);

        slots.Remove(slot);

        Assert.Equal(Instant.Never, slots.Next);
        Assert.False(slots.TryTakeDue(out _, new Instant(10)));
        Assert.False(slots.TryTakeTouched(out _));
        Assert.False(slots.HasTouched);
    }

    [Fact]
    public void Touch_Twice_TakenOnce()
    {
        var slots = new TimedSlots<string>(2);
        Assert.True(slots.TryAdd("a", out var slot));

        slots.Touch(slot);
        slots.Touch(slot);

        Assert.True(slots.TryTakeTouched(out var item));
        Assert.Equal("a", item);
        Assert.False(slots.TryTakeTouched(out _));
    }

    [Fact]
    public void Arm_Touch_TryTakeTouched_TryTakeDue_AllocateNothing()
    {
        var slots = new TimedSlots<string>(16);
        for (var index = 0; index < 16; index++)
        {
            Assert.True(slots.TryAdd("x", out _));
        }

        var time = 0L;
        AllocationAssert.None(() =>
        {
            time++;
            slots.Arm((int)(time % 16), new Instant(time));
            slots.Touch((int)(time * 3 % 16));
            while (slots.TryTakeTouched(out _)) { }

            while (slots.TryTakeDue(out _, new Instant(time))) { }
        });
    }
}
