using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>Whole networks: routes change, nodes come and go, letters get lost, strangers try what they can.</summary>
public sealed class SteeringScenarios
{
    private const int Changes = 10;
    private const int DisturbancesPerSecond = 100;
    private const int ReplaysPerSecond = 20;

    /// <summary>A word about who took a session that is lost is said again with the next round.</summary>
    private const int RoundInChecks = 5;

    /// <summary>As often as a client's next check can be needed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(6);

    /// <summary>A packet, and the next one.</summary>
    private static readonly TimeSpan NoGap = SimulatedClient.MediaInterval * 2;

    /// <summary>The way over two nodes of a PoP.</summary>
    private static readonly TimeSpan TwoHops = TimeSpan.FromMilliseconds(1);

    /// <summary>The next check, its way to another PoP and the word back, and the next packet's way there.</summary>
    private static readonly TimeSpan GapMax =
        SimulatedClient.CheckInterval
        + (SimulatedNode.CrossingTime * 3)
        + (SimulatedClient.MediaInterval * 2);

    /// <summary>Whatever happens, the next check of a client finds its session, and its media follows. Where the word of who
    /// owns a flow is lost, the check after that brings the next.</summary>
    /// <param name="letterLoss">The share of letters between nodes that are lost.</param>
    /// <param name="furtherChecks">How many checks more it may take.</param>
    /// <param name="handsOver">Whether nodes that end give their sessions to others.</param>
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0.02, 1, false)]
    [InlineData(0, 0, true)]
    [InlineData(0.02, RoundInChecks, true)]
    public void Run_RoutesAndNodesChange_MediaGoesOnWithTheNextCheck(
        double letterLoss,
        int furtherChecks,
        bool handsOver
    ) =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random)
                {
                    LetterLoss = letterLoss,
                    HandsOver = handsOver,
                };
                world.RunFor(Pause);
                for (var change = 0; change < Changes; change++)
                {
                    world.Change();
                    world.RunFor(Pause);
                }

                Assert.InRange(
                    world.LongestGap,
                    TimeSpan.Zero,
                    GapMax + (furtherChecks * SimulatedClient.CheckInterval)
                );
                Assert.InRange(world.HopsMax, 0, 2);
            },
            rounds: 200
        );

    /// <summary>Who has not heard that a session moved passes it on to the node that gave it away, which knows whom to: media goes
    /// on for as long as that one is there.</summary>
    [Fact]
    public void Run_NobodyHearsWhoTookTheSessions_MediaGoesOnByWhoGaveThem() =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random) { HandsOver = true };
                world.RunFor(Pause);
                world.LeaveUnheard(after: 4 * Pause);
                world.RunFor(2 * Pause);

                Assert.InRange(world.LongestGap, TimeSpan.Zero, NoGap + TwoHops);
            },
            rounds: 100
        );

    /// <summary>Goal: whatever nodes believe of each other's sessions, nothing goes in circles. Method: they believe what is
    /// drawn, while sessions move.</summary>
    [Fact]
    public void Run_NodesBelieveAnything_NothingGoesInCircles() =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random) { HandsOver = true };
                for (var change = 0; change < Changes; change++)
                {
                    world.Change();
                    for (var time = 0; time < DisturbancesPerSecond; time++)
                    {
                        world.After(TimeSpan.FromSeconds(1) * random.NextDouble(), world.Mislead);
                        world.After(TimeSpan.FromSeconds(1) * random.NextDouble(), world.Disturb);
                    }

                    world.RunFor(TimeSpan.FromSeconds(1));
                }

                Assert.InRange(world.HopsMax, 0, 2);
            },
            rounds: 100
        );

    /// <summary>Checks that were recorded of one client, and come from the address of another one, whose nodes and PoPs these are:
    /// nobody loses a packet.</summary>
    [Fact]
    public void Run_RecordedChecksFromAddressesOfOthers_NobodyNotices() =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random);
                world.RunFor(Pause);
                Replay(world, TimeSpan.FromSeconds(30));
                world.RunFor(TimeSpan.FromSeconds(30));

                Assert.InRange(world.LongestGap, TimeSpan.Zero, NoGap);
            },
            rounds: 300
        );

    /// <summary>The same while routes and nodes change: what a client has proved no more than who sends its checks again is lost with
    /// them at most until its next check, as without.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_RecordedChecksWhileAllChanges_MediaGoesOnWithTheNextChecks(bool handsOver) =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random) { HandsOver = handsOver };
                world.RunFor(Pause);
                for (var change = 0; change < Changes; change++)
                {
                    world.Change();
                    Replay(world, Pause);
                    world.RunFor(Pause);
                }

                Assert.InRange(
                    world.LongestGap,
                    TimeSpan.Zero,
                    GapMax + (2 * SimulatedClient.CheckInterval)
                );
                Assert.InRange(world.HopsMax, 0, 2);
            },
            rounds: 200
        );

    /// <summary>Strangers change nothing of that: they fill no table so that others lose their places, and take nobody's flow.
    /// </summary>
    [Fact]
    public void Run_StrangersTryWhatTheyCan_NobodyNotices() =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random);
                for (var time = 0; time < 10 * DisturbancesPerSecond; time++)
                {
                    world.After(TimeSpan.FromSeconds(10) * random.NextDouble(), world.Disturb);
                }

                world.RunFor(TimeSpan.FromSeconds(10));

                Assert.InRange(world.LongestGap, TimeSpan.Zero, NoGap);
            },
            rounds: 200
        );

    private static void Replay(SteeringWorld world, TimeSpan duration)
    {
        for (var time = 0; time < ReplaysPerSecond * duration.TotalSeconds; time++)
        {
            world.After(duration * world.Random.NextDouble(), world.Replay);
        }
    }
}
