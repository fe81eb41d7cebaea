using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Primitives;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>A link that is slower than the stream.</summary>
public sealed class StaleMediaTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(30);

    /// <summary>After how long a track that was left out is tried again, with reserve. Source: PathBudget.</summary>
    private static readonly TimeSpan TryWithin = TimeSpan.FromSeconds(25);

    /// <summary>A stream of one layer, for which the link has no room: nothing is shown that is older than media is worth,
    /// nothing waits for long, and once the link is wide again the viewer goes on.</summary>
    [Fact]
    public void Play_LinkSlowerThanTheStream_NothingStaleIsShown()
    {
        var world = new MeshWorld(Seeds.Next());
        var wide = new BusConditions { Delay = Delay, Rate = new Bitrate(50_000_000) };
        var cluster = new MeshCluster(
            world,
            new ClusterOptions
            {
                Pops = 2,
                NodesPerPop = 1,
                Wan = wide,
            }
        );
        var publisher = new SimulatedPublisher(
            world,
            "match",
            new PublisherOptions
            {
                Layers = 1,
                FramesPerSecond = 30,
                PacketsPerFrame = 4,
                PacketBytes = 1200,
            }
        );
        publisher.Start(cluster.Pops[0].Nodes[0]!, cluster.NextSession());
        world.RunFor(TimeSpan.FromSeconds(1));
        var viewer = new SimulatedViewer(world, publisher.Stream, 0);
        var oldest = TimeSpan.Zero;
        viewer.Showing = stamp =>
        {
            var age = world.Now - publisher.SentAt(stamp);
            oldest = age > oldest ? age : oldest;
        };
        viewer.Start(cluster.Pops[1].Nodes[0]!);
        world.RunFor(TimeSpan.FromSeconds(4));
        oldest = TimeSpan.Zero;

        var link = cluster.Bus.Routes[0].There;
        var requests = publisher.KeyFrameRequests[0];
        link.Conditions = wide with { Rate = new Bitrate(700_000) };
        var shown = viewer.Shown;
        world.RunFor(TimeSpan.FromSeconds(8));
        var dropped = cluster.Pops[1].Nodes[0]!.FramesDropped;
        requests = publisher.KeyFrameRequests[0] - requests;
        link.Conditions = wide;
        var shownSlow = viewer.Shown - shown;
        shown = viewer.Shown;
        var healedAt = world.Now;
        world.RunUntil(() => viewer.Shown > shown, TryWithin, "The viewer does not go on.");
        var recovery = world.Now - healedAt;
        shown = viewer.Shown;
        world.RunFor(TimeSpan.FromSeconds(2));
        // And some of those that had been waiting.
        Assert.InRange(viewer.Shown - shown, 58, 60 + 20);
        output.WriteLine(
            $"Stale media: {publisher.Options.BitsPerSecond / 1000:0} kbit/s over 700 kbit/s for 8 s: {shownSlow} pictures shown, {dropped} frames dropped at the receiver, {requests} key-frame requests, the oldest picture shown was {oldest.TotalMilliseconds:0} ms old, {link.QueuedBytesPeak / 1024} KiB waited at most; wide again, the next picture came after {recovery.TotalMilliseconds:0} ms."
        );
        Assert.InRange(shownSlow, 0, 60);
        Assert.InRange(requests, 0, 20);
        Assert.True(oldest < MeshTimes.MediaAge + Delay + TimeSpan.FromMilliseconds(150));
        Assert.InRange(link.QueuedBytesPeak, 1, wide.QueueBytes);
        Assert.InRange(cluster.Pops[1].Nodes[0]!.InboxBytesPeak, 0, wide.QueueBytes);
        cluster.KillAll();
    }
}
