using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Node.Tests.Clusters;

/// <summary>Whole sessions in whole clusters: whatever happens to routes, networks, nodes and letters, and whoever tries what,
/// the rules of <see cref="ClusterRule"/> hold after each step.</summary>
/// <remarks>TEST_SEED=number repeats one; CLUSTER_ROUNDS=number runs so many of each kind.</remarks>
[Collection(nameof(ClusterCollection))]
public sealed class ClusterTests(ITestOutputHelper output)
{
    private const string RoundsVariable = "CLUSTER_ROUNDS";
    private const int RoundsDefault = 100;
    private const int JunkPerSecond = 50;
    private const int RepeatedPerSecond = 30;

    [Fact]
    public void Run_RoutesAndNodesChange_EveryRuleHolds()
    {
        var tally = new ClusterTally();
        Seeds.Check(
            (seed, _) =>
            {
                var scenario = new ClusterScenario(seed);
                scenario.Run();
                tally.Add(scenario.World.Tally);
            },
            Rounds()
        );

        output.WriteLine($"{tally}");
        if (Rounds() >= RoundsDefault && Environment.GetEnvironmentVariable(Seeds.Variable) is null)
        {
            Assert.InRange(tally.Least, 1, int.MaxValue);
        }
    }

    /// <summary>Junk, forged codes, packets of others with other sources, and hops that nobody of the PoP, or a liar there,
    /// made.</summary>
    [Fact]
    public void Run_StrangersTryWhatTheyCan_EveryRuleHolds() =>
        Seeds.Check((seed, _) => new ClusterScenario(seed).Run(JunkPerSecond), Rounds());

    /// <summary>Who repeats checks of clients from addresses of his choice has media sent there, until the client's next one: that
    /// is all that he can do.</summary>
    [Fact]
    public void Run_ChecksAreRepeatedFromElsewhere_NothingButTheWayOfMediaChanges() =>
        Seeds.Check(
            (seed, _) =>
            {
                var scenario = new ClusterScenario(seed);
                scenario.World.Stranger.RepeatsChecks = true;
                scenario.Run(JunkPerSecond);
            },
            Rounds() / 2
        );

    /// <summary>Who repeats checks of clients from the addresses of other ones takes nothing from those: their packets go on coming to
    /// their sessions, wherever these are.</summary>
    [Fact]
    public void Run_ChecksAreRepeatedFromAddressesOfOthers_NobodyNotices()
    {
        var tally = new ClusterTally();
        Seeds.Check(
            (seed, _) =>
            {
                var scenario = new ClusterScenario(seed);
                scenario.RunRepeating(RepeatedPerSecond);
                tally.Add(scenario.World.Tally);
            },
            2 * Rounds()
        );
        output.WriteLine($"{tally}");
        Assert.True(tally.Newcomers > 0, "No check came from the address of another one.");
    }

    /// <summary>However much strangers send, from however many addresses, nodes keep no more than a table has places for.</summary>
    [Fact]
    public void Run_TenTimesTheJunk_NodesKeepNoMore() =>
        Seeds.Check(
            (seed, _) =>
            {
                var some = ClusterScenario.KeptAfterJunk(seed, 100);
                var more = ClusterScenario.KeptAfterJunk(seed, 1000);

                Assert.InRange(more, 0, some + (2 * ClusterNode.TableCapacity));
            },
            rounds: 2
        );

    [Fact]
    public void Run_TheSameSeed_TheSameHappens() =>
        Seeds.Check(
            (seed, _) =>
            {
                var first = new ClusterScenario(seed);
                var second = new ClusterScenario(seed);
                first.Run(JunkPerSecond);
                second.Run(JunkPerSecond);

                Assert.Equal(first.World.Simulation.Trace, second.World.Simulation.Trace);
            },
            rounds: 3
        );

    private static int Rounds() => Seeds.Rounds(RoundsVariable, RoundsDefault);
}
