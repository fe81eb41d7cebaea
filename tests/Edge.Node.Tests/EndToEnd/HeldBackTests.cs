using Control.Contract;
using Edge.Node.Tests.EndToEnd.Versions;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A publisher of one layer is told what its viewers' networks have room for, wherever they are.</summary>
/// <remarks>A viewer whose network carries little says so itself (REMB), which bounds what is found of it.</remarks>
public sealed class HeldBackTests
{
    private static readonly SyntheticVideoOptions Large = new() { PacketsPerFrame = 6 };

    private static readonly (long, long) Everything = (99_000_000, 100_000_000);

    private static readonly OfferOptions Video = NodeHarness.VideoOnly with
    {
        HasTransportCc = false,
    };

    /// <summary>Of what a viewer's network carries 19 parts in 20, and what a sound is given that it need not hear. Up to a
    /// fiftieth less once a loss had lowered it: so little more is not claimed anew.</summary>
    private static readonly (long, long) Claimed = (622_000, 634_000);

    [Fact]
    public async Task Play_OnePoorViewer_ThePublisherHearsWhatItHasRoomForAndTheEnd()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync(Large);
        var viewer = await harness.PlayAsync(offered: Video);
        Impoverish(harness, viewer, 600);
        ExpectHeard(harness, publisher, Claimed);

        // Another one without such need, perhaps on the other shard.
        var good = await harness.PlayAsync(offered: Video);
        ExpectHeard(harness, publisher, Everything);
        await EndAsync(harness, good);
        ExpectHeard(harness, publisher, Claimed);

        // Nobody watches: who comes next is to see the best picture at once.
        await EndAsync(harness, viewer);
        ExpectHeard(harness, publisher, Everything);
    }

    /// <summary>Chosen: flows of all of them hash to one of two shards once in a hundred runs; either way it holds.</summary>
    [Fact]
    public async Task Play_PoorViewersOnAllShards_ThePublisherHearsOfTheBest()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PublishAsync(Large);
        for (var index = 0; index < 7; index++)
        {
            var viewer = await harness.PlayAsync(offered: Video);
            Impoverish(harness, viewer, index == 3 ? 600 : 300);
        }

        ExpectHeard(harness, publisher, Claimed);
    }

    [Theory]
    [InlineData(MeshVersion.Present)]
    [InlineData(MeshVersion.After)]
    public async Task Play_PoorViewerOfAnotherNode_ThePublisherHearsWhatItHasRoomFor(
        MeshVersion version
    )
    {
        await using var mesh = new MeshHarness(versions: (MeshVersion.Present, version));
        var publisher = await PublishAsync(mesh);
        var far = await mesh.Away.PlayAsync(offered: Video);
        Impoverish(mesh.Away, far, 600);
        ExpectHeard(mesh.Away, publisher, Claimed);

        var near = await mesh.Home.PlayAsync(offered: Video);
        ExpectHeard(mesh.Away, publisher, Everything);
        Impoverish(mesh.Away, near, 300);
        ExpectHeard(mesh.Away, publisher, Claimed);
    }

    /// <summary>A node that does not say what its viewers can use may have any.</summary>
    [Fact]
    public async Task Play_PoorViewerOfAnOlderNode_ThePublisherIsNotHeldBack()
    {
        await using var mesh = new MeshHarness(versions: (MeshVersion.Present, MeshVersion.Before));
        var publisher = await PublishAsync(mesh);
        var far = await mesh.Away.PlayAsync(offered: Video);
        Impoverish(mesh.Away, far, 600);
        mesh.Away.RunFor(3);

        Assert.Equal(Bitrate.Zero, publisher.Client.Peer.Sender.ReceiverEstimate);
    }

    private static async Task<SocketClient> PublishAsync(MeshHarness mesh)
    {
        var publisher = await mesh.Home.PublishAsync(Large);
        mesh.RunUntilConnected(publisher);
        mesh.Away.RunFor(0.3);
        return publisher;
    }

    private static async Task EndAsync(NodeHarness harness, SocketClient viewer)
    {
        harness.Leave(viewer);
        await harness.Node.CloseAsync(
            new SessionKey("app", viewer.SessionId),
            CancellationToken.None
        );
    }

    private static void Impoverish(NodeHarness harness, SocketClient viewer, int kilobits)
    {
        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames > 5,
            "The viewer got no pictures."
        );
        Assert.True(viewer.Client.Peer.Receiver.TakesLimit);
        viewer.Client.Peer.Receiver.Limit(Bitrate.FromKilobits(kilobits), harness.Now);
    }

    private static void ExpectHeard(
        NodeHarness harness,
        SocketClient publisher,
        (long Least, long Most) range
    ) =>
        harness.RunUntil(
            () =>
                publisher.Client.Peer.Sender.ReceiverEstimate.BitsPerSecond is var heard
                && heard >= range.Least
                && heard <= range.Most,
            $"The publisher did not hear of {range.Least} to {range.Most} bit/s."
        );
}
