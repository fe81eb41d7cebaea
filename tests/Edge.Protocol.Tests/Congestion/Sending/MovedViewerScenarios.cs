using Edge.Primitives;
using Edge.Protocol.Tests.Congestion.Sending.Simulation;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>Viewers whose session goes on at another node: their network is what it was.</summary>
public sealed class MovedViewerScenarios
{
    private static readonly Bitrate Wanted = Bitrate.FromKilobits(150);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(8);

    /// <summary>A viewer of sound and a small picture is sent a fraction of what its network carries: what is taken for a queue
    /// brings the estimate down to what comes, and the picture has no room any more. The time for which the letter is on its
    /// way, which neither node's clock counts, is no queue.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(150)]
    [InlineData(600)]
    public void Move_WhileLittleIsSent_IsNotTakenForAQueue(int wayMs)
    {
        ScenarioSeeds.Check(seed =>
        {
            var world = new ViewerWorld(PathConditions.Step, seed)
            {
                HasSound = true,
                SourceMax = Bitrate.FromKilobits(60),
            };
            world.Bandwidth.SetWanted(Wanted, world.Now);
            world.Run(TimeSpan.FromSeconds(20));
            for (var move = 0; move < 5; move++)
            {
                var before = world.Bandwidth.Estimate;
                var decreases = world.Bandwidth.Stats.Decreases;
                world.Move(TimeSpan.FromMilliseconds(wayMs));
                world.Run(Between);

                Assert.Equal(decreases, world.Bandwidth.Stats.Decreases);
                Assert.True(
                    world.Bandwidth.Estimate >= before * 0.95,
                    $"{before} became {world.Bandwidth.Estimate} by move {move} of seed {seed}."
                );
            }
        });
    }
}
