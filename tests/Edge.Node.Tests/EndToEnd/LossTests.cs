using Edge.Protocol.Negotiation.Offering;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What a viewer's network loses is sent again, whether or not RTX was agreed.</summary>
public sealed class LossTests
{
    private const int Video = 1;

    // Chosen: of 90 packets a second this loses some 18 in two.
    private const int OneIn = 10;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Play_LossyNetwork_PictureIsRepaired(bool hasRtx)
    {
        await using var harness = new NodeHarness();
        var random = Seeds.Random(nameof(Play_LossyNetwork_PictureIsRepaired));
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync(offered: Offer(hasRtx));
        var video = viewer.Client.Played[Video];
        harness.RunUntil(() => video.CompleteFrames >= 10, "The viewer did not start.");

        viewer.LosesMedia = () => random.NextInt32(OneIn) == 0;
        harness.RunUntil(() => viewer.LostCount >= 20, "Nothing was lost.");
        viewer.LosesMedia = () => false;
        var sofar = video.CompleteFrames;
        harness.RunUntil(() => video.CompleteFrames >= sofar + 30, "The viewer stopped.");

        Assert.InRange(video.Missing, 0, 2);
        Assert.Equal(hasRtx, video.Recovered > 0);
        Assert.Equal(0, video.BackwardTimestamps);
    }

    private static OfferOptions Offer(bool hasRtx) =>
        new()
        {
            Tracks =
            [
                ClientFactory.AudioVideo[0],
                new OfferedTrack(
                    MediaKind.Video,
                    [new OfferedCodec(CodecKind.Vp8) { HasRtx = hasRtx }]
                ),
            ],
        };
}
