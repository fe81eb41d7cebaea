using Edge.Primitives;
using Edge.Testing;
using Edge.Testing.Downlinks;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>What a viewer sees when its publisher sends a layer no more without a word, as Chromium does for want of
/// bandwidth: another layer within a second, at a round trip of 50 ms; and what is no such case.</summary>
public sealed class DeadLayerScenarios
{
    private const int Rounds = 5;

    /// <summary>From the last picture of the one to the first of the other.</summary>
    private static readonly TimeSpan GapMax = TimeSpan.FromSeconds(1);

    private static readonly LinkConditions Network = new()
    {
        Delay = TimeSpan.FromMilliseconds(25),
        Jitter = TimeSpan.FromMilliseconds(5),
        JitterCorrelation = 0.25,
        Rate = Bitrate.FromKilobits(10_000),
        QueueBytes = 300_000,
    };

    /// <summary>Each camera's best two layers are lost, one after the other, and come back.</summary>
    [Theory]
    [InlineData(30, true, 0)]
    [InlineData(15, true, 0)]
    [InlineData(10, true, 0)]
    [InlineData(30, false, 0)]
    [InlineData(30, true, 0.02)]
    public void Enabled_LayerIsNotSentAnyMore_AnotherIsSeenWithinASecond(
        int framesPerSecond,
        bool answersRequests,
        double loss
    ) =>
        Seeds.Check(
            (seed, _) =>
            {
                using var world = new DownlinkWorld(seed);
                var options = CameraOptions.ThreeLayers with
                {
                    FramesPerSecond = framesPerSecond,
                    AnswersRequests = answersRequests,
                    KeyFrameInterval = answersRequests
                        ? TimeSpan.MaxValue
                        : TimeSpan.FromSeconds(2),
                };
                var number = world.AddCamera(options);
                var camera = world.Node.Cameras[number].Camera;
                var viewer = world.AddViewer(Network with { Loss = loss }, number);
                world.Simulation.RunFor(TimeSpan.FromSeconds(10));
                Assert.Equal(2, viewer.Screen.Layer);

                ExpectSwitch(world, viewer, camera, enabled: 0b011, layer: 1);
                ExpectSwitch(world, viewer, camera, enabled: 0b001, layer: 0);
                camera.Enabled = 0b111;
                world.Simulation.RunFor(TimeSpan.FromSeconds(15));
                Assert.Equal(2, viewer.Screen.Layer);
            },
            Rounds
        );

    /// <summary>A shared screen of few pictures a second: no layer of it is ever taken for dead.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void FramesPerSecond_SlowScreen_NoLayerIsLeft(int framesPerSecond) =>
        Seeds.Check(
            (seed, _) =>
            {
                using var world = new DownlinkWorld(seed);
                var number = world.AddCamera(
                    CameraOptions.ThreeLayers with
                    {
                        FramesPerSecond = framesPerSecond,
                    }
                );
                var viewer = world.AddViewer(Network, number);
                world.Simulation.RunFor(TimeSpan.FromSeconds(20));
                viewer.Screen.Reset();
                var layers = world.Node.Cameras[number].Track.Layers;
                world.Simulation.AddInvariant(
                    "a layer is taken for dead",
                    () => layers.IsLive(0) && layers.IsLive(1) && layers.IsLive(2)
                );
                world.Simulation.RunFor(TimeSpan.FromSeconds(60));

                // What its network carries is found slowly with so few pictures: it may still rise.
                Assert.DoesNotContain(viewer.Screen.Switches, change => change.Layer < 2);
                Assert.Equal(2, viewer.Screen.Layer);
            },
            Rounds
        );

    /// <summary>The publisher's network stalls for two seconds: no other layer helps, and none is chosen.</summary>
    [Fact]
    public void Enabled_NoLayerForAWhile_NoLayerIsLeft() =>
        Seeds.Check(
            (seed, _) =>
            {
                using var world = new DownlinkWorld(seed);
                var number = world.AddCamera(CameraOptions.ThreeLayers);
                var camera = world.Node.Cameras[number].Camera;
                var viewer = world.AddViewer(Network, number);
                world.Simulation.RunFor(TimeSpan.FromSeconds(10));
                viewer.Screen.Reset();

                camera.Enabled = 0;
                world.Simulation.RunFor(TimeSpan.FromSeconds(2));
                camera.Enabled = 0b001;
                world.Simulation.RunFor(TimeSpan.FromMilliseconds(100));
                camera.Enabled = 0b111;
                world.Simulation.RunFor(TimeSpan.FromSeconds(5));

                Assert.Empty(viewer.Screen.Switches);
                Assert.Equal(2, viewer.Screen.Layer);
            },
            Rounds
        );

    private static void ExpectSwitch(
        DownlinkWorld world,
        WatchingViewer viewer,
        Camera camera,
        uint enabled,
        int layer
    )
    {
        viewer.Screen.Reset();
        camera.Enabled = enabled;
        world.Simulation.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(layer, Assert.Single(viewer.Screen.Switches).Layer);
        Assert.InRange(viewer.Screen.GapMax, TimeSpan.Zero, GapMax);
    }
}
