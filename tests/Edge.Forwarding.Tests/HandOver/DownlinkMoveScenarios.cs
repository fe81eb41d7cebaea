using Edge.Testing.Downlinks;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A viewer of a camera with three layers on named networks, whose subscriptions and downlink are written and read
/// each three seconds: it does as well as one that stays.</summary>
public sealed class DownlinkMoveScenarios
{
    private static readonly TimeSpan Third = TimeSpan.FromSeconds(24);
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("wifi")]
    [InlineData("lossy 5 %")]
    [InlineData("step 2.5-0.6-2.5")]
    public void Moves_NamedNetwork_DoesAsWell(string name)
    {
        var network = NamedNetwork.All.Single(each =>
            string.Equals(each.Name, name, StringComparison.Ordinal)
        );
        var bytes = 0;
        foreach (ulong seed in (ulong[])[1, 2, 3])
        {
            var stayed = NetworkFigures.Measure(network, seed, Third);
            var moved = NetworkFigures.Measure(
                network,
                seed,
                Third,
                world => HandOverOften(world, most => bytes = most)
            );

            Assert.True(
                moved.SwitchesPerMinute <= stayed.SwitchesPerMinute + 1
                    && moved.Used >= stayed.Used - 0.05
                    && moved.QueueP95 <= stayed.QueueP95 + TimeSpan.FromMilliseconds(20)
                    && moved.Frozen <= stayed.Frozen + 0.01
                    && moved.Left <= stayed.Left + TimeSpan.FromSeconds(1)
                    && moved.Back <= stayed.Back + TimeSpan.FromSeconds(4),
                $"Seed {seed}: {stayed} became {moved}."
            );
        }

        // A sound and a picture.
        Assert.InRange(bytes, 700, 4000);
    }

    private static void HandOverOften(DownlinkWorld world, Action<int> note) =>
        world.Simulation.Every(
            Often,
            () =>
            {
                foreach (var viewer in world.Node.Viewers)
                {
                    viewer.HandOver(world.Node.Room, world.Simulation.Now);
                    note(viewer.StateBytesMost);
                }
            }
        );
}
