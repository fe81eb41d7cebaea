using Edge.Node.HandOver.Early;
using Edge.Node.Telemetry;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What tests of sessions that go to where their client's flow comes in have in common.</summary>
internal static class EarlyPop
{
    /// <summary>Chosen: the kernel gives all of so many flows to one of two nodes once in 10^4 runs.</summary>
    public const int Clients = 14;

    /// <summary>How often something became of a session of a node that was to go.</summary>
    public static long Moves(this NodeHarness node, EarlyMoveOutcome outcome) =>
        node.Node.State.EarlyMoves!.Count(outcome);

    /// <summary>Some went to the other node, all that were to.</summary>
    public static void AssertFollowed(PopHarness pop)
    {
        foreach (var node in pop.Nodes)
        {
            foreach (var outcome in Enum.GetValues<EarlyMoveOutcome>())
            {
                var count = node.Moves(outcome);
                Assert.True(outcome == EarlyMoveOutcome.Moved || count == 0, $"{outcome}: {count}");
            }
        }

        Assert.True(pop.Nodes[1].Node.SessionCount > 0, "None went to the other node.");
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
        Assert.Equal(0, pop.Sum(stats => stats.Drops[(int)ShardDrop.HeldTooLong]));
    }

    /// <summary>No packet of a client is passed on between nodes any more.</summary>
    public static void AssertNothingIsPassedOn(PopHarness pop)
    {
        // What was on its way is over.
        pop.First.RunFor(0.3);
        var before = pop.PassedOn;
        pop.First.RunFor(1);
        Assert.Equal(before, pop.PassedOn);
    }
}
