using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>One publisher and a very large audience, over a hub with a leaf in each PoP.</summary>
[Collection(nameof(AloneCollection))]
public sealed class AudienceTests(ITestOutputHelper output)
{
    private static readonly TimeSpan ComeWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    /// <summary>However many watch, the publisher's PoP sends each picture once, and so does the hub to each PoP.</summary>
    [Theory]
    [InlineData(10_000, 10)]
    [InlineData(50_000, 25)]
    public void Play_VeryManyViewers_EachLinkCarriesTheStreamOnce(int viewers, int pops)
    {
        var world = new MeshWorld(Seeds.Next());
        var cluster = new MeshCluster(world, Tree(pops));
        var publisher = new SimulatedPublisher(
            world,
            "match",
            new PublisherOptions
            {
                Layers = 1,
                FramesPerSecond = 30,
                PacketsPerFrame = 4,
                PacketBytes = 1200,
                KeyFrameInterval = TimeSpan.FromSeconds(2),
            }
        );
        publisher.Start(cluster.Pops[0].Nodes[0]!, cluster.NextSession());
        world.RunFor(TimeSpan.FromSeconds(3));

        var crowd = new Crowd(world, publisher.Stream);
        for (var count = 0; count < viewers; count++)
        {
            var node = cluster.Pops[count % pops].Nodes[0]!;
            world.After(world.Draw(TimeSpan.Zero, ComeWithin), () => crowd.Come(node));
        }

        world.RunFor(ComeWithin + TimeSpan.FromSeconds(1));
        var before = Copies(cluster, publisher);
        var meter = new CpuMeter();
        var measured = cluster.Pops[^1].Nodes[0]!;
        measured.Meter = meter;
        world.RunFor(Measured);
        measured.Meter = null;
        var after = Copies(cluster, publisher);

        var first = crowd.FirstPictures;
        var uplink = (after.UplinkBytes - before.UplinkBytes) * 8 / Measured.TotalSeconds / 1000;
        var stream = publisher.Options.BitsPerSecond / 1000;
        var perPop = viewers / pops;
        var packets =
            perPop
            * publisher.Options.FramesPerSecond
            * publisher.Options.PacketsPerFrame
            * Measured.TotalSeconds;
        output.WriteLine(
            $"Audience: {viewers} viewers in {pops} PoPs: the publisher's PoP sends {uplink:0} kbit/s for a stream of {stream:0} kbit/s, one copy; first picture after {first.Median:0} ms (median), {first.P99:0} ms (p99); a PoP's node of {perPop} viewers takes {meter.Total.TotalMilliseconds / Measured.TotalSeconds:0.0} ms CPU a second, {meter.Total.TotalNanoseconds / packets:0} ns a packet and viewer."
        );

        Assert.Equal(viewers, crowd.All.Count);
        Assert.Equal(0, crowd.Waiting);
        Assert.Equal(after.Published - before.Published, after.Uplink - before.Uplink, 2.0);
        foreach (var (now, then) in after.Downlinks.Zip(before.Downlinks))
        {
            Assert.Equal(after.Published - before.Published, now - then, 2.0);
        }

        cluster.KillAll();
    }

    private static ClusterOptions Tree(int pops) =>
        new()
        {
            Pops = pops,
            NodesPerPop = 1,
            HasNear = false,
            HasHub = true,
            Wan = new BusConditions
            {
                Delay = TimeSpan.FromMilliseconds(25),
                Jitter = TimeSpan.FromMilliseconds(3),
            },
            Limits = new NodeLimits { Track = new() { VideoCachePackets = 512 } },
        };

    private static Crossed Copies(MeshCluster cluster, SimulatedPublisher publisher)
    {
        var subject = cluster.FramesPublished.Keys.Single();
        var hub = cluster.Hub!;
        var home = cluster.PopOf(publisher.Session!.Node).Far.Server;
        var up = home.Links.Single(link => link.To == hub).BySubject[subject];
        return new Crossed(
            cluster.FramesPublished[subject],
            up.Messages,
            up.Bytes,
            [
                .. hub
                    .Links.Where(link => link.To != home)
                    .Select(link => link.BySubject[subject].Messages),
            ]
        );
    }

    /// <summary>Messages of the stream: published, over the publisher's uplink, and over each PoP's downlink.</summary>
    private sealed record Crossed(long Published, long Uplink, long UplinkBytes, long[] Downlinks);
}
