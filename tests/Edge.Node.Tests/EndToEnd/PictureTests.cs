using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Pictures that leave for each viewer with one call, and runs of datagrams that come as one.</summary>
public sealed class PictureTests
{
    private const int Audio = 0;
    private const int Video = 1;

    /// <summary>As an encoder cuts them: parts that differ by a byte.</summary>
    private static SyntheticVideoOptions Camera { get; } =
        new() { PacketsPerFrame = 9, PayloadBytes = 1100 };

    private static MediaNodeOptions Waiting =>
        NodeHarness.Options() with
        {
            Track = new TrackOptions { PictureWait = TimeSpan.FromMilliseconds(5) },
        };

    /// <summary>Nine packets of a picture are one call; sound is one of its own.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Play_PicturesOfManyPackets_LeaveAsRunsAndArriveWhole(bool publisherSendsRuns)
    {
        await using var harness = new NodeHarness(Waiting);
        var publisher = await harness.PublishAsync(Camera);
        publisher.SendsRuns = publisherSendsRuns;
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewers = new[] { await harness.PlayAsync(), await harness.PlayAsync() };
        harness.RunUntil(
            () =>
                Array.TrueForAll(
                    viewers,
                    viewer => viewer.Client.Played[Video].CompleteFrames >= 90
                ),
            "The viewers did not get three seconds of media."
        );

        foreach (var viewer in viewers)
        {
            Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
            Assert.Equal(0, viewer.Client.Played[Video].Missing);
            Assert.True(viewer.Client.Played[Audio].Packets >= 50);
        }

        var shards = harness.Node.Shards.ToArray();
        var sent = shards.Sum(shard => shard.Stats.Sent);
        var runs = shards.Sum(shard => shard.Stats.Runs);
        Assert.InRange(runs, 1, sent / 2);
    }

    /// <summary>A viewer that comes, one that moves to another address, a repair: nothing of a picture that waits is lost or
    /// sent twice.</summary>
    [Fact]
    public async Task Play_ViewersComeAndLosePackets_EveryPictureIsWhole()
    {
        await using var harness = new NodeHarness(Waiting);
        var publisher = await harness.PublishAsync(Camera);
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var lossy = await harness.PlayAsync();
        var received = 0;
        lossy.LosesMedia = () => ++received % 20 == 0;
        for (var joined = 0; joined < 6; joined++)
        {
            var viewer = await harness.PlayAsync();
            harness.RunUntil(
                () => viewer.Client.Played[Video].CompleteFrames >= 15,
                "A viewer did not get half a second of video."
            );
            Assert.Equal(0, viewer.Client.Played[Video].Missing);
            Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
        }

        harness.RunUntil(() => lossy.LostCount > 50, "The lossy viewer lost too little.");
        lossy.LosesMedia = () => false;
        var video = lossy.Client.Played[Video];
        harness.RunUntil(() => video.Missing <= 20, "What was lost was not repaired.");
        Assert.Equal(0, video.BackwardTimestamps);
    }
}
