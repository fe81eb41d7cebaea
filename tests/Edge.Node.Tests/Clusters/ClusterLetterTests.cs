using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Clusters;

/// <summary>Letters between nodes that end and are started again.</summary>
[Collection(nameof(ClusterCollection))]
public sealed class ClusterLetterTests
{
    /// <summary>Goal: a node that was started anew does not refuse a letter that its former run may have taken. Method: it is
    /// taken, nobody hears so, the node is killed and is back, and a copy of the letter comes while an answer is waited for.
    /// </summary>
    [Fact]
    public void Letter_ComesAgainToAnotherRunOfTheNode_SessionsDoNotGoOnTwice() =>
        Seeds.Check(
            (seed, _) =>
            {
                var world = new ClusterWorld(seed, pops: 1, nodes: 2);
                world.RunFor(TimeSpan.FromSeconds(4));
                world.NextFate = LetterFate.TwiceAndAnswerLost;
                world.NextDelay = TimeSpan.FromSeconds(2.5);
                var pop = world.Pops[0];
                var giver = pop.Nodes.First(node => node.Sessions.Count > 0);
                var taker = pop.Nodes.First(node => node != giver);
                giver.Leave(TimeSpan.FromSeconds(8), () => { });
                world.RunFor(TimeSpan.FromSeconds(1.5));
                Assert.InRange(world.Tally.Taken, 1, int.MaxValue);
                pop.Remove(taker, "is killed");
                pop.Add(taker.Name);
                world.RunFor(TimeSpan.FromSeconds(5));

                Assert.Equal(0, world.Tally.Returned);
            },
            rounds: 5
        );
}
