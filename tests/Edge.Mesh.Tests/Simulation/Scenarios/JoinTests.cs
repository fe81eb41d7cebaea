using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Primitives;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>Very many viewers come within seconds.</summary>
[Collection(nameof(AloneCollection))]
public sealed class JoinTests(ITestOutputHelper output)
{
    private const int JoinsPerSecond = 1000;
    private const int Seconds = 10;

    /// <summary>A thousand viewers a second, spread over five PoPs: the publisher hears of them once a second at
    /// most, and they see something at once.</summary>
    [Fact]
    public void Join_AThousandASecond_PublisherIsAskedOnceASecondAtMost()
    {
        var world = new MeshWorld(Seeds.Next());
        var cluster = new MeshCluster(
            world,
            new ClusterOptions
            {
                Pops = 5,
                NodesPerPop = 1,
                HasNear = false,
                Wan = new BusConditions
                {
                    Delay = TimeSpan.FromMilliseconds(40),
                    Jitter = TimeSpan.FromMilliseconds(3),
                },
                Limits = new NodeLimits(),
            }
        );
        var publisher = new SimulatedPublisher(
            world,
            "match",
            new PublisherOptions
            {
                Layers = 1,
                FramesPerSecond = 30,
                PacketsPerFrame = 2,
                PacketBytes = 1200,
            }
        );
        publisher.Start(cluster.Pops[0].Nodes[0]!, cluster.NextSession());
        world.RunFor(TimeSpan.FromSeconds(5));
        var crowd = new Crowd(world, publisher.Stream);
        var requestedAt = new List<Instant>();
        publisher.Requested = _ => requestedAt.Add(world.Now);
        for (var second = 0; second < Seconds; second++)
        {
            ComeWithinASecond(world, cluster, crowd);
            world.RunFor(TimeSpan.FromSeconds(1));
        }

        world.RunFor(TimeSpan.FromSeconds(2));
        var pauses = requestedAt.Zip(requestedAt.Skip(1), (one, next) => next - one).ToArray();
        var first = crowd.FirstPictures;
        output.WriteLine(
            $"Joins: {crowd.All.Count} in {Seconds} s over {cluster.Pops.Count} PoPs: {requestedAt.Count} key-frame requests reached the publisher, {pauses.Min().TotalMilliseconds:0} ms apart or more, first picture after {first.Median:0} ms (median), {first.P99:0} ms (p99), {first.Longest:0} ms (longest)."
        );

        Assert.Equal(JoinsPerSecond * Seconds, crowd.All.Count);
        Assert.Equal(0, crowd.Waiting);
        Assert.All(pauses, pause => Assert.True(pause >= TimeSpan.FromSeconds(1)));
        Assert.InRange(first.P99, 0, 1000);
        cluster.KillAll();
    }

    private static void ComeWithinASecond(MeshWorld world, MeshCluster cluster, Crowd crowd)
    {
        var nodes = cluster.Nodes.ToArray();
        for (var count = 0; count < JoinsPerSecond; count++)
        {
            var node = nodes[world.Random.NextInt32(nodes.Length)];
            world.After(world.Draw(TimeSpan.Zero, TimeSpan.FromSeconds(1)), () => crowd.Come(node));
        }
    }
}
