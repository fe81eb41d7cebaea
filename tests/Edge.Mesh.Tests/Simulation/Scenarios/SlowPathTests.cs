using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Primitives;
using Edge.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>A link between PoPs that carries less than is watched over it: less is taken, in time.</summary>
public sealed class SlowPathTests(ITestOutputHelper output)
{
    private static readonly BusConditions Wide = new()
    {
        Delay = TimeSpan.FromMilliseconds(40),
        Jitter = TimeSpan.FromMilliseconds(3),
        Rate = new Bitrate(50_000_000),
        QueueBytes = 8 * 1024 * 1024,
    };

    /// <summary>From the moment at which the link is slow to the first picture of a layer for which it has room. Chosen: to
    /// be seen (half a second), to be heard, what waits (as long again), and a key frame.</summary>
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(6);

    /// <summary>Back to all that is wanted once the link is wide.</summary>
    private static readonly TimeSpan ReturnMax = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData(1, 700_000)]
    [InlineData(1, 400_000)]
    [InlineData(8, 5_000_000)]
    [InlineData(8, 3_500_000)]
    public void Play_LinkSlowerThanTheBestLayers_LowerOnesComeInTime(int streams, long rate)
    {
        var world = new MeshWorld(Seeds.Next());
        var cluster = Joined(world);
        var watched = Watch(world, cluster, streams, layers: 3);
        world.RunFor(TimeSpan.FromSeconds(5));
        Assert.All(watched, viewer => Assert.Equal(2, viewer.Layer));

        Narrow(cluster, rate);
        world.RunFor(SettleMax);
        Array.ForEach(watched, viewer => viewer.Restart());
        world.RunFor(TimeSpan.FromSeconds(20));
        var gaps = watched.Select(viewer => viewer.LongestGap.TotalMilliseconds).ToArray();
        var shown = watched.Select(viewer => viewer.Pictures / 20.0).ToArray();
        var oldest = watched.Max(viewer => viewer.Oldest.TotalMilliseconds);
        var layers = string.Join(' ', watched.Select(viewer => viewer.Layer));

        cluster.Bus.Routes[0].There.Conditions = Wide;
        var widenedAt = world.Now;
        world.RunUntil(
            () => Array.TrueForAll(watched, viewer => viewer.Layer == 2),
            ReturnMax,
            "The best layers do not come back."
        );
        output.WriteLine(
            $"{streams} streams over {rate / 1000} kbit/s: layers {layers}, pictures a second {shown.Min():0.0} at least, longest gap {gaps.Max():0} ms, oldest {oldest:0} ms, {cluster.Bus.Routes[0].There.QueuedBytesPeak / 1024} KiB waited at most; wide again, all best after {(world.Now - widenedAt).TotalSeconds:0.0} s."
        );
        // A try or two that failed, of some two seconds together.
        Assert.All(shown, rate => Assert.InRange(rate, 24, 31));
        Assert.All(gaps, gap => Assert.InRange(gap, 0, 3000));
        Assert.InRange(oldest, 0, (MeshTimes.MediaAge + Wide.Delay).TotalMilliseconds + 150);
        cluster.KillAll();
    }

    private static MeshCluster Joined(MeshWorld world) =>
        new(
            world,
            new ClusterOptions
            {
                Pops = 2,
                NodesPerPop = 1,
                Wan = Wide,
                PoolSlots = 65_536,
            }
        );

    private static Watcher[] Watch(MeshWorld world, MeshCluster cluster, int streams, int layers)
    {
        var watched = new Watcher[streams];
        for (var index = 0; index < streams; index++)
        {
            var publisher = new SimulatedPublisher(
                world,
                $"match{index}",
                new PublisherOptions
                {
                    Layers = layers,
                    FramesPerSecond = 30,
                    PacketsPerFrame = 1,
                    PacketBytes = 1200,
                }
            );
            publisher.Start(cluster.Pops[0].Nodes[0]!, cluster.NextSession());
            watched[index] = new Watcher(world, publisher);
        }

        world.RunFor(TimeSpan.FromSeconds(1));
        Array.ForEach(watched, viewer => viewer.Viewer.Start(cluster.Pops[1].Nodes[0]!));
        return watched;
    }

    private static void Narrow(MeshCluster cluster, long rate) =>
        cluster.Bus.Routes[0].There.Conditions = Wide with { Rate = new Bitrate(rate) };

    /// <summary>What one viewer is shown.</summary>
    private sealed class Watcher
    {
        private readonly MeshWorld _world;
        private Instant _shownAt;

        public Watcher(MeshWorld world, SimulatedPublisher publisher)
        {
            _world = world;
            Viewer = new SimulatedViewer(world, publisher.Stream, 0);
            Viewer.Showing = stamp =>
            {
                var gap = world.Now - _shownAt;
                LongestGap = gap > LongestGap ? gap : LongestGap;
                _shownAt = world.Now;
                var age = world.Now - publisher.SentAt(stamp);
                Oldest = age > Oldest ? age : Oldest;
                Layer = stamp.Layer;
                Pictures++;
            };
        }

        public SimulatedViewer Viewer { get; }

        public int Layer { get; private set; } = -1;

        public int Pictures { get; private set; }

        public TimeSpan LongestGap { get; private set; }

        public TimeSpan Oldest { get; private set; }

        public void Restart()
        {
            Pictures = 0;
            LongestGap = TimeSpan.Zero;
            Oldest = TimeSpan.Zero;
            _shownAt = _world.Now;
        }
    }
}
