using Edge.Forwarding.Downlinks;
using Edge.Primitives;
using Edge.Testing.Downlinks;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>A viewer who hears sound, and for whom there is no key frame yet: that of an encoder which makes none when it is
/// asked was lost, or has left the cache.</summary>
public sealed class FirstKeyFrameScenarios
{
    private static readonly TimeSpan KeyFrameInterval = TimeSpan.FromSeconds(10);

    /// <summary>From the key frame to the first picture at most. Chosen: a second of pacing, as long as a picture may wait.</summary>
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(1);

    private static readonly LinkConditions Good = new()
    {
        Delay = TimeSpan.FromMilliseconds(25),
        Rate = Bitrate.FromKilobits(4000),
        QueueBytes = 150_000,
    };

    /// <summary>OBS and FFmpeg: one layer, more than is sent to a network of which nothing is known, and none of the requests
    /// answered.</summary>
    private static readonly CameraOptions Encoder = new()
    {
        Layers = [new CameraLayer(default, Bitrate.FromKilobits(2500), 1280, 720)],
        KeyFrameInterval = KeyFrameInterval,
        AnswersRequests = false,
    };

    /// <summary>What is known of a network over which nothing but sound went is no reason to send no picture.</summary>
    [Theory]
    [MemberData(nameof(SeedCases.EachBothWays), MemberType = typeof(SeedCases))]
    public void Join_KeyFrameComesSecondsLater_PictureStartsWithIt(ulong seed, bool hasRepair)
    {
        using var world = new DownlinkWorld(seed);
        var begin = world.Simulation.Now;
        var viewer = WatchWithoutKeyFrame(world, Good, hasRepair);

        world.Simulation.RunFor(TimeSpan.FromSeconds(20));

        Assert.True(viewer.Screen.FirstAt.IsSet, "It was never seen.");
        Assert.InRange(
            viewer.Screen.FirstAt - begin,
            KeyFrameInterval,
            KeyFrameInterval + StartMax
        );
        Assert.Equal(TimeSpan.Zero, viewer.Screen.Frozen);
    }

    /// <summary>The network was found to carry next to nothing before the first picture; then it carries all.</summary>
    [Theory]
    [MemberData(nameof(SeedCases.EachBothWays), MemberType = typeof(SeedCases))]
    public void Join_NetworkIsPoorBeforeTheFirstPicture_PictureStartsOnceThereIsRoom(
        ulong seed,
        bool hasRepair
    )
    {
        using var world = new DownlinkWorld(seed);
        var viewer = WatchWithoutKeyFrame(
            world,
            Good with
            {
                Rate = Bitrate.FromKilobits(50),
                QueueBytes = 10_000,
            },
            hasRepair
        );
        world.Simulation.RunFor(TimeSpan.FromSeconds(15));
        world.SetNetwork(viewer, Good);

        world.Simulation.RunFor(PictureTrial.WaitMax);

        Assert.True(viewer.Screen.FirstAt.IsSet, "It was never seen.");
        Assert.True(
            world.Simulation.Now - viewer.Screen.LastAt < StartMax,
            "It is not seen any more."
        );
    }

    private static WatchingViewer WatchWithoutKeyFrame(
        DownlinkWorld world,
        LinkConditions network,
        bool hasRepair
    )
    {
        var camera = world.AddCamera(Encoder);
        world.Simulation.RunFor(TimeSpan.FromMilliseconds(500));
        world.Node.Cameras[camera].Track.ForgetLayer(0);
        return world.AddViewer(
            network,
            new ViewerWishes { Cameras = [camera], HasRepair = hasRepair },
            place: 0
        );
    }
}
