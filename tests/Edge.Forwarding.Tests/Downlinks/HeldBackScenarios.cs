using Edge.Primitives;
using Edge.Testing.Downlinks;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>A camera of one layer, 2.5 Mbit/s, that sends no more than it is told can be used.</summary>
public sealed class HeldBackScenarios
{
    private static readonly Bitrate Poor = Bitrate.FromKilobits(600);

    private static readonly LinkConditions Good = new()
    {
        Delay = TimeSpan.FromMilliseconds(25),
        Rate = Bitrate.FromKilobits(4000),
        QueueBytes = 150_000,
    };

    private static readonly LinkConditions Bad = Good with { Rate = Poor };

    /// <summary>The network's own queue of two seconds empties, and the estimate has found what is there.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    public static TheoryData<ulong> Seeds => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Limit_NetworkFallsAndComesBack_PublisherFollowsAndNothingPauses(ulong seed)
    {
        using var world = new DownlinkWorld(seed);
        var (camera, viewer) = Watch(world, Good);
        world.Simulation.RunFor(TimeSpan.FromSeconds(15));
        Assert.Equal(Bitrate.Unlimited, camera.Limit);
        var shown = viewer.Screen.Shown;
        var fell = world.Simulation.Now;

        world.SetNetwork(viewer, Bad);
        Assert.True(
            RunUntil(world, 1, () => camera.Limit <= Poor),
            "The publisher did not follow."
        );
        var pauses = CountPauses(world, viewer, Settling);
        var (used, ups) = Use(world, viewer, camera, TimeSpan.FromSeconds(20));
        pauses += CountPauses(world, viewer, TimeSpan.FromSeconds(5));

        world.SetNetwork(viewer, Good);
        Assert.True(
            RunUntil(world, 10, () => camera.Limit == Bitrate.Unlimited),
            "The publisher is still held back."
        );
        world.Simulation.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal(0, pauses);
        Assert.Equal(0, ups);
        Assert.True(used > 0.85, $"Of the network {used:0.00} are used.");
        Assert.Equal(Bitrate.Unlimited, camera.Limit);
        var seen =
            (viewer.Screen.Shown - shown) / ((world.Simulation.Now - fell).TotalSeconds * 30);
        Assert.True(seen > 0.93, $"Of the pictures {seen:0.00} are seen.");
        Assert.True(
            viewer.Screen.GapMax < TimeSpan.FromSeconds(2.5),
            $"The picture froze for {viewer.Screen.GapMax}."
        );
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Limit_JoinOnAPoorNetwork_PublisherFollowsAndNothingPauses(ulong seed)
    {
        using var world = new DownlinkWorld(seed);
        var (camera, viewer) = Watch(world, Bad);

        Assert.True(
            RunUntil(world, 2, () => camera.Limit <= Poor),
            "The publisher did not follow."
        );
        var pauses = CountPauses(world, viewer, Settling);
        var (used, ups) = Use(world, viewer, camera, TimeSpan.FromSeconds(30));

        Assert.Equal(0, pauses);
        Assert.Equal(0, ups);
        Assert.True(used > 0.85, $"Of the network {used:0.00} are used.");
    }

    /// <summary>What the better one can use is sent; the other is treated as ever: nothing fits its network.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Limit_OneOfTwoIsPoor_IsThatOfTheBetterOne(ulong seed)
    {
        using var world = new DownlinkWorld(seed);
        var (camera, good) = Watch(world, Good);
        world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        var poor = world.AddViewer(Bad, 0);

        var before = good.Screen.Shown;
        var paused = CountPauses(world, poor, TimeSpan.FromSeconds(20));

        Assert.Equal(Bitrate.Unlimited, camera.Limit);
        Assert.True(good.Screen.Shown - before > 590, "The better one misses pictures.");
        Assert.True(paused > 0, "What does not fit was not paused.");
    }

    /// <summary>Of a page that was closed nothing is heard, and its estimate falls and falls: who comes next must not see
    /// what that leaves.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Limit_ViewerVanishes_PublisherIsNotHeldBack(ulong seed)
    {
        using var world = new DownlinkWorld(seed);
        var (camera, viewer) = Watch(world, Good);
        world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        world.SetNetwork(viewer, Good with { Loss = 1 });

        Assert.False(RunUntil(world, 20, () => camera.Limit != Bitrate.Unlimited));
        Assert.True(viewer.Served.Downlink.Bandwidth.Estimate < Poor);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Limit_TwoCamerasOfOnePoorViewer_ShareItsNetwork(ulong seed)
    {
        using var world = new DownlinkWorld(seed);
        Camera[] cameras =
        [
            world.Node.Cameras[world.AddCamera(CameraOptions.OneLayer)].Camera,
            world.Node.Cameras[world.AddCamera(CameraOptions.OneLayer)].Camera,
        ];
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        world.AddViewer(Bad with { Rate = Bitrate.FromKilobits(1500) }, 0, 1);
        world.Simulation.RunFor(TimeSpan.FromSeconds(15));

        Assert.All(cameras, camera => Assert.InRange(camera.Limit.BitsPerSecond, 450_000, 850_000));
    }

    /// <summary>Not even the least of each fits: some are paused, lest all of them are thrown away.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Limit_MoreCamerasThanFit_SomeArePausedAndTheOthersSeen(ulong seed)
    {
        const int count = 9;
        using var world = new DownlinkWorld(seed);
        var cameras = Enumerable
            .Range(0, count)
            .Select(_ => world.AddCamera(CameraOptions.OneLayer))
            .ToArray();
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var viewer = world.AddViewer(Bad, cameras);
        world.Simulation.RunFor(TimeSpan.FromSeconds(20));
        var thrown = viewer.Served.Downlink.Stats.ThrownAway;
        var given = 0.0;
        for (var second = 0; second < 20; second++)
        {
            world.Simulation.RunFor(TimeSpan.FromSeconds(1));
            given += viewer.Served.Downlink.Given.BitsPerSecond / 20.0;
        }

        Assert.InRange(given, Poor.BitsPerSecond * 0.4, Poor.BitsPerSecond * 1.05);
        Assert.InRange(viewer.Served.Downlink.Stats.ThrownAway - thrown, 0, 300);
    }

    private static (Camera Camera, WatchingViewer Viewer) Watch(
        DownlinkWorld world,
        LinkConditions network
    )
    {
        var camera = world.AddCamera(CameraOptions.OneLayer);
        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        return (world.Node.Cameras[camera].Camera, world.AddViewer(network, camera));
    }

    private static bool RunUntil(DownlinkWorld world, double seconds, Func<bool> condition)
    {
        for (var end = world.Simulation.Now + TimeSpan.FromSeconds(seconds); !condition(); )
        {
            if (world.Simulation.Now >= end)
            {
                return false;
            }

            world.Simulation.RunFor(TimeSpan.FromMilliseconds(10));
        }

        return true;
    }

    /// <summary>How many hundredths of a second the picture was paused for want of room.</summary>
    private static int CountPauses(DownlinkWorld world, WatchingViewer viewer, TimeSpan duration)
    {
        var paused = 0;
        for (var end = world.Simulation.Now + duration; world.Simulation.Now < end; )
        {
            world.Simulation.RunFor(TimeSpan.FromMilliseconds(10));
            paused += viewer.Served.Tracks[1].Subscription.IsStarved ? 1 : 0;
        }

        return paused;
    }

    /// <summary>The share of the network that is sent into, and how often the publisher was let go.</summary>
    private static (double Used, int Ups) Use(
        DownlinkWorld world,
        WatchingViewer viewer,
        Camera camera,
        TimeSpan duration
    )
    {
        var before = viewer.Served.SentBytes;
        var ups = 0;
        var wasHeld = true;
        for (var end = world.Simulation.Now + duration; world.Simulation.Now < end; )
        {
            world.Simulation.RunFor(TimeSpan.FromMilliseconds(10));
            var isHeld = camera.Limit != Bitrate.Unlimited;
            ups += wasHeld && !isHeld ? 1 : 0;
            wasHeld = isHeld;
        }

        var sent = Bitrate.FromBytes(viewer.Served.SentBytes - before, duration);
        return (sent.BitsPerSecond / (double)Poor.BitsPerSecond, ups);
    }
}
