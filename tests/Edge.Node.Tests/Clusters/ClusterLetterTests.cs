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

    /// <summary>Goal: a node that has forgotten a ticket does not say of a session that it is nowhere, though it took it by that
    /// ticket itself. Method: an early move is taken, nobody hears so, who gave it drains and asks so often that its first ticket
    /// is forgotten, and a copy of the letter comes while an answer is waited for.</summary>
    [Fact]
    public void Letter_ComesAgainWhenItsTicketIsForgotten_SessionDoesNotGoOnTwice()
    {
        var moved = 0;
        Seeds.Check(
            (seed, _) =>
            {
                var world = new ClusterWorld(seed, pops: 1, nodes: 2)
                {
                    WordLoss = 1,
                    NextFate = LetterFate.TwiceAndAnswerLost,
                    NextDelay = TimeSpan.FromSeconds(2.5),
                };
                for (var turn = 0; turn < 100 && world.Tally.Taken == 0; turn++)
                {
                    world.RunFor(TimeSpan.FromMilliseconds(10));
                }

                moved += world.Tally.Taken;
                if (
                    world
                        .Pops[0]
                        .Nodes.FirstOrDefault(node =>
                            node.Sessions.Any(session => session.IsWritten)
                        ) is
                    { } giver
                )
                {
                    giver.Leave(TimeSpan.FromSeconds(8), () => { });
                    world.RunFor(TimeSpan.FromSeconds(4));
                }
            },
            rounds: 10
        );

        Assert.InRange(moved, 1, int.MaxValue);
    }
}
