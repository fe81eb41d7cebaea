using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A publisher of two layers, and viewers that are taken from one to the other.</summary>
public sealed class SimulcastTests
{
    private const int High = 1;
    private const int HighPackets = 3;
    private const int LowPackets = 1;

    // Chosen: flows of all of them hash to one of two shards once in 250 runs; either way the test holds.
    private const int Viewers = 8;

    [Fact]
    public async Task Play_BestLayerGoesAndComesBack_SwitchesOnKeyFramesWithoutASeam()
    {
        await using var harness = new NodeHarness();
        var (publisher, layers) = await harness.PublishLayersAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewers = new List<SocketClient>();
        for (var index = 0; index < Viewers; index++)
        {
            viewers.Add(await harness.PlayAsync(offered: NodeHarness.VideoOnly));
        }

        RunUntilAllGet(harness, viewers, HighPackets);
        var switchesBefore = viewers.ConvertAll(viewer => viewer.Client.Played[0].Switches);
        for (var round = 0; round < 2; round++)
        {
            layers[High].IsEnabled = false;
            RunUntilAllGet(harness, viewers, LowPackets);
            layers[High].IsEnabled = true;
            RunUntilAllGet(harness, viewers, HighPackets);
        }

        // What is still on its way would look missing.
        layers[High].IsEnabled = false;
        layers[0].IsEnabled = false;
        harness.RunFor(0.3);
        for (var index = 0; index < Viewers; index++)
        {
            AssertSeamless(viewers[index].Client.Played[0], switchesBefore[index]);
        }
    }

    private static void RunUntilAllGet(NodeHarness harness, List<SocketClient> viewers, int packets)
    {
        var before = viewers.ConvertAll(viewer => viewer.Client.Played[0].CompleteFrames);
        harness.RunUntil(
            () =>
                viewers.TrueForAll(viewer =>
                    viewer.Client.Played[0].LastFramePackets == packets
                    && viewer.Client.Played[0].CompleteFrames
                        >= before[viewers.IndexOf(viewer)] + 15
                ),
            $"Not every viewer got frames of {packets} packets."
        );
    }

    private static void AssertSeamless(PlayedTrack played, int switchesBefore)
    {
        Assert.Equal(4, played.Switches - switchesBefore);
        Assert.Equal(0, played.SwitchesWithoutKeyFrame);
        Assert.Equal(0, played.BackwardTimestamps);
        Assert.Equal(0, played.Missing);
        Assert.Equal(played.Frames, played.CompleteFrames);
        Assert.Equal(1, played.Sources);
    }
}
