using Edge.Forwarding.Downlinks;
using Edge.Primitives;
using Edge.Testing.Downlinks;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>A viewer without RTX, whose network cannot be tested while the picture is paused for want of bandwidth.</summary>
public sealed class PictureTrialScenarios
{
    /// <summary>After 10 and 20 s, 40, and then each minute.</summary>
    private const int TrialsInFiveMinutes = 6;

    /// <summary>A second of waiting, and a request each half of it.</summary>
    private const int KeyFramesOfOne = 3;

    private static readonly LinkConditions Good = new()
    {
        Delay = TimeSpan.FromMilliseconds(25),
        Rate = Bitrate.FromKilobits(4000),
        QueueBytes = 150_000,
    };

    private static readonly LinkConditions Poor = Good with
    {
        Rate = Bitrate.FromKilobits(100),
        QueueBytes = 20_000,
    };

    private static readonly CameraOptions OneLayer = new()
    {
        Layers = [new CameraLayer(default, Bitrate.FromKilobits(2500), 1280, 720)],
        KeyFrameInterval = TimeSpan.FromSeconds(10),
    };

    [Theory]
    [MemberData(nameof(SeedCases.EachBothWays), MemberType = typeof(SeedCases))]
    public void Trial_NetworkComesBack_PictureDoesToo(ulong seed, bool answersRequests)
    {
        using var world = new DownlinkWorld(seed);
        var viewer = Watch(world, OneLayer with { AnswersRequests = answersRequests });
        world.SetNetwork(viewer, Poor);
        world.Simulation.RunFor(TimeSpan.FromSeconds(15));
        world.SetNetwork(viewer, Good);

        world.Simulation.RunFor(PictureTrial.WaitMax);
        viewer.Screen.Reset();
        world.Simulation.RunFor(TimeSpan.FromSeconds(20));

        Assert.True(viewer.Screen.Shown > 590, $"{viewer.Screen.Shown} pictures are shown.");
    }

    /// <summary>Key frames for one viewer are everybody's, and her sound is in the same queue.</summary>
    [Theory]
    [MemberData(nameof(SeedCases.EachBothWays), MemberType = typeof(SeedCases))]
    public void Trial_NetworkStaysPoor_CostsLittle(ulong seed, bool answersRequests)
    {
        using var world = new DownlinkWorld(seed);
        var options = OneLayer with { KeyFrameInterval = TimeSpan.MaxValue };
        var viewer = Watch(world, options with { AnswersRequests = answersRequests });
        world.SetNetwork(viewer, Poor);
        world.Simulation.RunFor(TimeSpan.FromSeconds(5));
        var camera = world.Node.Cameras[0].Camera;
        var keyFrames = camera.KeyFrames;
        var from = world.Simulation.Now;

        world.Simulation.RunFor(TimeSpan.FromMinutes(5));

        TimeSpan[] queues =
        [
            .. viewer.During(from, world.Simulation.Now).Select(sample => sample.Queue).Order(),
        ];
        var queue = queues[queues.Length * 99 / 100];
        Assert.InRange(camera.KeyFrames - keyFrames, 0, TrialsInFiveMinutes * KeyFramesOfOne);
        Assert.True(queue < TimeSpan.FromMilliseconds(200), $"Sound waits for {queue}.");
    }

    private static WatchingViewer Watch(DownlinkWorld world, CameraOptions options)
    {
        var camera = world.AddCamera(options);
        var wishes = new ViewerWishes { Cameras = [camera], HasRepair = false };
        var viewer = world.AddViewer(Good, wishes, place: 0);
        world.Simulation.RunFor(TimeSpan.FromSeconds(10));
        Assert.True(viewer.Screen.Shown > 290, "It is not seen.");
        return viewer;
    }
}
