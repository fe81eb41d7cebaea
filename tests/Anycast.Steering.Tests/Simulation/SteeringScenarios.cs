using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>Whole networks: routes change, nodes come and go, letters get lost, strangers try what they can.</summary>
public sealed class SteeringScenarios
{
    private const int Changes = 10;
    private const int DisturbancesPerSecond = 100;

    /// <summary>As often as a client's next check can be needed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(6);

    /// <summary>A packet, and the next one.</summary>
    private static readonly TimeSpan NoGap = SimulatedClient.MediaInterval * 2;

    /// <summary>The next check, its way to another PoP and the word back, and the next packet's way there.</summary>
    private static readonly TimeSpan GapMax =
        SimulatedClient.CheckInterval
        + (SimulatedNode.CrossingTime * 3)
        + (SimulatedClient.MediaInterval * 2);

    /// <summary>Whatever happens, the next check of a client finds its session, and its media follows. Where the word of who
    /// owns a flow is lost, the check after that brings the next.</summary>
    /// <param name="letterLoss">The share of letters between nodes that are lost.</param>
    /// <param name="furtherChecks">How many checks more it may take.</param>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.02, 1)]
    public void Run_RoutesAndNodesChange_MediaGoesOnWithTheNextCheck(
        double letterLoss,
        int furtherChecks
    ) =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random) { LetterLoss = letterLoss };
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
}
