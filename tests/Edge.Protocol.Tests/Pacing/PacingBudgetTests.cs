using Edge.Primitives;
using Edge.Protocol.Pacing;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Pacing;

/// <summary>What may leave now, and when the rest may.</summary>
public sealed class PacingBudgetTests
{
    /// <summary>A megabyte a second: a kilobyte a millisecond.</summary>
    private static readonly Bitrate Rate = Bitrate.FromKilobits(8000);

    private Instant _now = Instant.FromMilliseconds(1000);

    [Fact]
    public void IsOpen_OrdinaryPicture_LeavesAtOnce()
    {
        var budget = Started();

        for (var packet = 0; packet < 25; packet++)
        {
            Assert.True(budget.IsOpen(_now));
            budget.Spend(1000, _now);
        }
    }

    [Fact]
    public void IsOpen_KeyFrame_LeavesInPortionsAtTheRate()
    {
        var budget = Started();
        var waits = 0;
        var began = _now;
        for (var packet = 0; packet < 200; packet++)
        {
            while (!budget.IsOpen(_now))
            {
                Assert.True(budget.OpensAt() > _now);
                _now = budget.OpensAt();
                waits++;
            }

            budget.Spend(1000, _now);
        }

        // 200 ms of packets, 30 of them at once, five in a portion.
        Assert.InRange((_now - began).TotalMilliseconds, 165, 175);
        Assert.InRange(waits, 25, 40);
    }

    [Fact]
    public void SetRate_Lower_TheDebtTakesLonger()
    {
        var budget = Started();
        budget.Spend(40_000, _now);
        Assert.False(budget.IsOpen(_now));

        budget.SetRate(Rate * 0.5, _now);

        // 40 ms of debt became 80, and 25 may stay.
        Assert.InRange((budget.OpensAt() - _now).TotalMilliseconds, 54, 56);
    }

    [Fact]
    public void IsOpen_AfterAPause_NothingIsSavedUp()
    {
        var budget = Started();
        _now += TimeSpan.FromSeconds(10);
        var packets = 0;
        for (; budget.IsOpen(_now); packets++)
        {
            budget.Spend(1000, _now);
        }

        Assert.InRange(packets, 30, 32);
    }

    [Fact]
    public void IsOpen_WithoutARate_OnePacketLeavesAndNothingIsDue()
    {
        var budget = new PacingBudget();
        Assert.True(budget.IsOpen(_now));
        budget.Spend(100, _now);

        Assert.False(budget.IsOpen(_now));
        Assert.Equal(Instant.Never, budget.OpensAt());
    }

    /// <summary>SetRate, IsOpen, Spend and OpensAt.</summary>
    [Fact]
    public void Spend_IsOpen_OpensAt_SetRate_AllocateNothing()
    {
        var budget = Started();
        AllocationAssert.None(() =>
        {
            _now += TimeSpan.FromMilliseconds(1);
            budget.SetRate(Rate, _now);
            if (budget.IsOpen(_now))
            {
                budget.Spend(2000, _now);
            }

            _ = budget.OpensAt();
        });
    }

    private PacingBudget Started()
    {
        var budget = new PacingBudget();
        budget.SetRate(Rate, _now);
        return budget;
    }
}
