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

    /// <summary>Whatever happens, the next check of a client finds its session, and its media follows.</summary>
    [Fact]
    public void Run_RoutesAndNodesChange_MediaGoesOnWithTheNextCheck() =>
        Seeds.Check(
            random =>
            {
                var world = new SteeringWorld(random) { LetterLoss = 0.1 };
                world.RunFor(Pause);
                for (var change = 0; change < Changes; change++)
                {
                    world.Change();
                    world.RunFor(Pause);
                }

                Assert.InRange(world.LongestGap, TimeSpan.Zero, GapMax);
            },
            rounds: 300
        );

    /// <summary>Strangers change nothing of that: what they send is passed on once at most, fills no table beyond its bound, and
    /// takes nobody's flow.</summary>
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
                Assert.True(world.PassedOn <= world.Received - world.Dropped);
                Assert.InRange(world.KnownFlowsMost, 0, SteeringWorld.TableCapacity);
            },
            rounds: 200
        );
}
