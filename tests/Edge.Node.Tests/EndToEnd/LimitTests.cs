using Control.Contract;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Offering;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Bounds and times of sessions and streams.</summary>
public sealed class LimitTests
{
    private const int Video = 1;

    [Fact]
    public async Task Play_NobodyPublishes_NoPublisherWithRetryAfter()
    {
        await using var harness = new NodeHarness();

        var refused = Assert.IsType<SessionResult.Refused>(
            await harness.TryPlayAsync(NodeHarness.Stream)
        );

        Assert.Equal(RefusalReason.NoPublisher, refused.Reason);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact]
    public async Task Publish_NodeFull_OverloadedWithRetryAfter()
    {
        await using var harness = new NodeHarness(NodeHarness.Options() with { SessionsMax = 1 });
        await harness.PublishAsync();

        var refused = Assert.IsType<SessionResult.Refused>(
            await harness.TryPublishAsync(new("app", "other"))
        );

        Assert.Equal(RefusalReason.Overloaded, refused.Reason);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact]
    public async Task Publish_PublishersFull_PlayersStillJoin()
    {
        await using var harness = new NodeHarness(NodeHarness.Options() with { PublishersMax = 1 });
        await harness.PublishAsync();

        Assert.IsType<SessionResult.Refused>(await harness.TryPublishAsync(new("app", "other")));
        Assert.IsType<SessionResult.Created>(await harness.TryPlayAsync(NodeHarness.Stream));
    }

    [Fact]
    public async Task Publish_BadOffer_Malformed()
    {
        await using var harness = new NodeHarness();

        var result = await harness.Node.PublishAsync(
            new SessionRequest(NodeHarness.Stream, "nonsense"),
            CancellationToken.None
        );

        Assert.Equal(RefusalReason.Malformed, Assert.IsType<SessionResult.Refused>(result).Reason);
        Assert.Equal(0, harness.Node.Report().Publishers);
    }

    [Fact]
    public async Task Publish_MoreHandshakesThanAllowed_TheOldestGoes()
    {
        await using var harness = new NodeHarness(NodeHarness.Options() with { HandshakesMax = 2 });
        for (var index = 0; index < 4; index++)
        {
            Assert.IsType<SessionResult.Created>(
                await harness.TryPublishAsync(new("app", $"stream{index}"))
            );
        }

        harness.RunUntil(
            () => harness.Node.Report().Publishers == 2,
            "The oldest handshakes were not dropped."
        );
    }

    [Fact]
    public async Task Publish_NeverConnects_ClosedAfterItsTime()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                ConnectTimeout = TimeSpan.FromSeconds(1),
            }
        );
        await harness.TryPublishAsync(NodeHarness.Stream);
        Assert.Equal(1, harness.Node.Report().Publishers);

        harness.RunUntil(
            () => harness.Node.Report().Publishers == 0,
            "A session that never connected stayed."
        );
    }

    [Fact]
    public async Task Play_ClientVanishes_ClosedAfterItsTime()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                IdleTimeout = TimeSpan.FromSeconds(6),
            }
        );
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(() => viewer.Client.ConnectedAt.IsSet, "The viewer did not connect.");
        viewer.IsMuted = true;

        harness.RunUntil(
            () => harness.Node.Report().Players == 0,
            "A viewer that vanished stayed."
        );

        Assert.Equal(1, harness.Node.Report().Publishers);
    }

    [Fact]
    public async Task Publish_StreamVacantForItsTime_PlayersAreClosed()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                StreamLinger = TimeSpan.FromSeconds(1),
            }
        );
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(() => viewer.Client.ConnectedAt.IsSet, "The viewer did not connect.");

        await harness.Node.CloseAsync(new("app", publisher.SessionId), CancellationToken.None);

        Assert.Equal(1, harness.Node.Report().Players);
        harness.RunUntil(
            () => viewer.Client.Peer.Transport.State == PeerState.Closed,
            "The viewer was not told that nobody comes back."
        );
    }

    [Fact]
    public async Task Publish_AnotherCodecUnderTheName_PlayersAreClosed()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames > 0,
            "The viewer did not start."
        );

        await harness.PublishAsync(
            new SyntheticVideoOptions { Codec = CodecKind.H264 },
            new OfferOptions
            {
                Tracks =
                [
                    new OfferedTrack(MediaKind.Audio, [new OfferedCodec(CodecKind.Opus)]),
                    new OfferedTrack(MediaKind.Video, [new OfferedCodec(CodecKind.H264)]),
                ],
            }
        );

        harness.RunUntil(
            () => viewer.Client.Peer.Transport.State == PeerState.Closed,
            "The viewer of the old codec was not closed."
        );
    }

    /// <summary>A key frame and many small packets after it fill every slot; the hoarder then falls
    /// silent, so that nothing of its own would ever trim its cache.</summary>
    [Fact]
    public async Task Publish_AnotherHoardsAllPacketSlots_MediaFlows()
    {
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Shards = 1,
                PacketSlots = 512,
            }
        );
        var hoarder = await harness.PublishAsync(
            new SyntheticVideoOptions { PacketsPerFrame = 100, PayloadBytes = 20 },
            stream: new("app", "hoard")
        );
        harness.RunUntil(() => hoarder.Client.ConnectedAt.IsSet, "The hoarder did not connect.");
        harness.RunFor(seconds: 1);
        hoarder.IsMuted = true;

        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect.",
            seconds: 10
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 15,
            "One publisher holds all packet slots of the node.",
            seconds: 10
        );
    }

    [Fact]
    public async Task Play_WildcardMediaAddress_AnswersFromTheAdvertisedAddress()
    {
        // 127.0.0.2 is not the address the kernel would choose by itself.
        await using var harness = new NodeHarness(
            NodeHarness.Options() with
            {
                Media = NetworkAddress.FromIPv4(0, 0),
                Advertised = [NetworkAddress.FromIPv4(0x7F000002, 0)],
            }
        );
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        var viewer = await harness.PlayAsync();
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 15,
            "The viewer did not get media from the advertised address."
        );
    }
}
