using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Node.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.Shards;

/// <summary>Media threads that turn have a pulse, with nothing to do, too; threads that do not have none.</summary>
public sealed class ShardPulseTests
{
    [Fact]
    public async Task Look_IdleNodeThenStopped_TrueThenFalse()
    {
        var start = MediaNode.Start(NodeHarness.Options(), NullLogger<MediaNode>.Instance);
        var node = Assert.IsType<MediaNodeStart.Running>(start).Node;
        ShardPulse pulse;
        await using (node)
        {
            pulse = node.CreatePulse();
            Assert.True(pulse.Look());
            var first = node.Shards[0].Stats.Turns;
            var second = node.Shards[1].Stats.Turns;
            // A shard that waits turns twice a second; a loaded machine gets longer.
            Assert.True(
                SpinWait.SpinUntil(
                    () => node.Shards[0].Stats.Turns > first && node.Shards[1].Stats.Turns > second,
                    TimeSpan.FromSeconds(30)
                )
            );
            Assert.True(pulse.Look());
        }

        pulse.Look();
        Assert.False(pulse.Look());
    }
}
