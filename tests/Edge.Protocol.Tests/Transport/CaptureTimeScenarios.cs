using Edge.Testing;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Sound and picture keep the distance they were captured at, whatever the network does.</summary>
public sealed class CaptureTimeScenarios
{
    [Fact]
    public void CaptureTime_AfterSenderReports_FollowsTheMediaClockNotTheArrival()
    {
        using var world = new PeerWorld(Seeds.Next(), LinkPresets.Congested);
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(3));
        var played = world.Node.Played[1];
        played.ResetCaptureSpread();

        world.Simulation.RunFor(TimeSpan.FromSeconds(5));

        // Arrivals spread over the queue and the repair rounds; capture times do not.
        Assert.True(played.LatencyMax > TimeSpan.FromMilliseconds(40));
        Assert.InRange(played.CaptureSpread.TotalMilliseconds, 0, 2);
    }
}
