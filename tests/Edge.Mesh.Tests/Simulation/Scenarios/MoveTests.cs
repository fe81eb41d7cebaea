using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>A publisher's session goes on at another node of its PoP, while others play.</summary>
public sealed class MoveTests
{
    private const int FramesPerSecond = 30;

    /// <summary>Goal: nobody notices, whatever the clocks of the nodes and however threads and ways meet. Method: viewers that
    /// never ask for anything, at the heir, beside it and in another PoP, where one of the heir's own streams is played as well; each has to show every picture, and nobody may ask
    /// the publisher for a key frame. Afterwards the former node is killed and starts anew under its name.</summary>
    [Theory]
    [InlineData(0.02)]
    [InlineData(5)]
    public void Move_WhilePlayedEverywhere_EveryPictureIsShown(double clockSkewSeconds) =>
        Seeds.Check(random => Run(random, clockSkewSeconds), rounds: 20);

    private static void Run(Prng random, double clockSkewSeconds)
    {
        var world = new MeshWorld(random.NextUInt64());
        var cluster = new MeshCluster(
            world,
            new ClusterOptions
            {
                Pops = 2,
                NodesPerPop = 3,
                ClockSkewMax = TimeSpan.FromSeconds(clockSkewSeconds),
            }
        );
        var pop = cluster.Pops[0];
        var publisher = new SimulatedPublisher(
            world,
            "match",
            new PublisherOptions
            {
                Layers = 1,
                FramesPerSecond = FramesPerSecond,
                PacketsPerFrame = 3,
            }
        );
        publisher.Start(pop.Nodes[0]!, cluster.NextSession());
        var beside = new SimulatedPublisher(world, "news", publisher.Options);
        beside.Start(pop.Nodes[1]!, cluster.NextSession());
        world.RunFor(TimeSpan.FromSeconds(2));
        SimulatedNode[] places = [pop.Nodes[1]!, pop.Nodes[2]!, cluster.Pops[1].Nodes[0]!];
        SimulatedViewer[] viewers =
        [
            .. places.Select((_, index) => new SimulatedViewer(world, "match", index)),
            new SimulatedViewer(world, "news", places.Length),
        ];
        for (var index = 0; index < viewers.Length; index++)
        {
            viewers[index].Start(places[Math.Min(index, places.Length - 1)]);
        }

        world.RunFor(TimeSpan.FromSeconds(3));
        var requests = publisher.KeyFrameRequests[0];
        var feeds = places.Select(Feed).ToArray();
        var shown = new List<uint>[viewers.Length];
        for (var index = 0; index < viewers.Length; index++)
        {
            var list = shown[index] = [];
            viewers[index].Showing = stamp => list.Add(stamp.Frame);
        }

        var former = pop.Nodes[0]!;
        former.Move(publisher.Session!, places[0], world.Draw(TimeSpan.Zero, LetterMax));
        world.RunFor(TimeSpan.FromSeconds(2));
        cluster.Kill(pop, 0);
        world.RunFor(TimeSpan.FromSeconds(1));
        cluster.Start(pop, 0);
        world.RunFor(TimeSpan.FromSeconds(9));

        Assert.Same(places[0], publisher.Session!.Node);
        Assert.Equal(requests, publisher.KeyFrameRequests[0]);
        foreach (var frames in shown)
        {
            Assert.InRange(frames.Count, 12 * FramesPerSecond - 25, 12 * FramesPerSecond + 25);
            Assert.Equal(
                Enumerable.Range(0, frames.Count).Select(step => frames[0] + (uint)step),
                frames
            );
        }

        for (var index = 1; index < places.Length; index++)
        {
            Assert.Same(feeds[index], Feed(places[index]));
            Assert.Equal(places[0].Address, feeds[index].Key.Owner);
        }

        cluster.KillAll();
    }

    private static NodeFeed Feed(SimulatedNode node) =>
        Assert.Single(
            node.Feeds,
            feed => string.Equals(feed.Track.Stream, "match", StringComparison.Ordinal)
        );

    private static TimeSpan LetterMax => TimeSpan.FromMilliseconds(60);
}
