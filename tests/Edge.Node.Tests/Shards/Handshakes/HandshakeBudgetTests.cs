using Edge.Node.Shards.Handshakes;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Shards.Handshakes;

/// <summary>How often handshakes may go on.</summary>
public sealed class HandshakeBudgetTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMicroseconds(500);
    private static readonly Instant Start = Instant.FromMilliseconds(1000);

    /// <summary>A client that joins alone needs two steps.</summary>
    [Fact]
    public void Next_AfterTheStepsOfOneClient_IsAtOnce()
    {
        var budget = new HandshakeBudget();

        budget.Spend(Step, Start);
        budget.Spend(Step, Start + Step);

        Assert.True(budget.Next <= Start + (2 * Step));
    }

    /// <summary>Steps are made whenever they may be, for ten seconds.</summary>
    [Fact]
    public void Spend_StormWithoutEnd_TakesHalfOfTheTime()
    {
        var budget = new HandshakeBudget();
        var now = Start;
        var spent = TimeSpan.Zero;
        while (now < Start + TimeSpan.FromSeconds(10))
        {
            now = Instant.Max(now, budget.Next);
            budget.Spend(Step, now);
            now += Step;
            spent += Step;
        }

        Assert.InRange(spent.TotalSeconds / (now - Start).TotalSeconds, 0.49, 0.51);
    }

    /// <summary>After a pause as many may be made at once as at the beginning, and no more however long it was.</summary>
    [Fact]
    public void Spend_AfterAPause_OwesNoMoreThanItMay()
    {
        var budget = new HandshakeBudget();
        var atFirst = StepsAtOnce(budget, Start);

        var later = StepsAtOnce(budget, Start + TimeSpan.FromHours(1));

        Assert.Equal(atFirst, later);
        Assert.InRange(atFirst, 5, 20);
    }

    private static int StepsAtOnce(HandshakeBudget budget, Instant now)
    {
        var steps = 0;
        for (; budget.Next <= now; now += Step)
        {
            budget.Spend(Step, now);
            steps++;
        }

        return steps;
    }
}
