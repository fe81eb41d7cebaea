using Edge.Primitives;
using Edge.Testing.Downlinks;
using Edge.Testing.Network;
using Xunit;

namespace Edge.Forwarding.Tests.Downlinks;

/// <summary>A viewer whose network has room for everybody, and people who come one after the other or in two
/// groups.</summary>
public sealed class JoinerScenarios
{
    private const int Cameras = 24;

    /// <summary>What somebody waits at most for the camera of who joined. Chosen: two pictures of a small camera, two
    /// round trips, and as much again.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(700);

    private static readonly CameraOptions Small = new()
    {
        Layers = [new CameraLayer(Rid.Create("a"), Bitrate.FromKilobits(100), 320, 180)],
        FramesPerSecond = 7,
    };

    [Theory]
    [InlineData(50)]
    [InlineData(250)]
    [InlineData(1000)]
    public void Resume_OneCameraAfterTheOther_EachIsSeenSoon(int everyMs) =>
        ExpectSeen([.. Enumerable.Range(0, Cameras).Select(camera => everyMs * camera)]);

    /// <summary>The second group comes while the test of the network for the first is under way, long after the session's
    /// start.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(150)]
    [InlineData(500)]
    public void Resume_TwoGroupsLongAfterTheStart_EachIsSeenSoon(int laterMs) =>
        ExpectSeen([
            0,
            .. Enumerable
                .Range(1, Cameras - 1)
                .Select(camera => camera < 4 ? 20_000 : 20_000 + laterMs),
        ]);

    private static void ExpectSeen(int[] resumesMs)
    {
        using var world = new DownlinkWorld(1);
        var network = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(25),
            Rate = Bitrate.FromKilobits(8000),
            QueueBytes = 400_000,
        };
        var wishes = new ViewerWishes
        {
            Sounds = [],
            Cameras = [.. Enumerable.Range(0, Cameras).Select(_ => world.AddCamera(Small))],
        };
        var viewer = world.AddViewer(network, wishes, place: 0);
        for (var camera = 0; camera < Cameras; camera++)
        {
            viewer.SetPaused(camera, isPaused: true, world.Simulation.Now);
        }

        world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        var begin = world.Simulation.Now;
        foreach (var (camera, atMs) in resumesMs.Index())
        {
            world.Simulation.After(
                TimeSpan.FromMilliseconds(atMs),
                () => viewer.SetPaused(camera, isPaused: false, world.Simulation.Now)
            );
        }

        world.Simulation.RunFor(TimeSpan.FromMilliseconds(resumesMs[^1]) + TimeSpan.FromSeconds(5));
        foreach (var (camera, atMs) in resumesMs.Index())
        {
            var seen = viewer.End.Screens[camera].FirstAt;
            Assert.True(seen.IsSet, $"Camera {camera} was never seen.");
            var wait = seen - (begin + TimeSpan.FromMilliseconds(atMs));
            Assert.True(wait < WaitMax, $"Camera {camera} was seen after {wait}.");
        }
    }
}
