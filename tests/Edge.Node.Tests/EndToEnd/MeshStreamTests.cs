using Control.Contract;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Streams published by WHIP at one node and played by WHEP at another.</summary>
public sealed class MeshStreamTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Play_StreamOfAnotherNode_FramesArriveWithoutGap(bool isOnePop)
    {
        await using var mesh = new MeshHarness(isOnePop);
        await PublishAsync(mesh, mesh.Home);

        var viewer = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);

        ExpectFrames(mesh, viewer, 60);
        Assert.Equal(0, viewer.Client.Played[0].BackwardTimestamps);
        Assert.InRange(viewer.Client.Played[0].Missing, 0, 2);
    }

    [Fact]
    public async Task Play_NobodyPublishesAnywhere_IsRefusedAtOnce()
    {
        await using var mesh = new MeshHarness();

        var result = await mesh.Away.TryPlayAsync(NodeHarness.Stream);

        Assert.Equal(
            RefusalReason.NoPublisher,
            Assert.IsType<SessionResult.Refused>(result).Reason
        );
    }

    /// <summary>The publisher goes on at another node under the same name: who plays goes on, and the former
    /// one is ended.</summary>
    [Fact]
    public async Task Publish_AtAnotherNode_TakesTheNameOverForAllWhoPlay()
    {
        await using var mesh = new MeshHarness();
        await PublishAsync(mesh, mesh.Home);
        var near = await mesh.Home.PlayAsync(offered: NodeHarness.VideoOnly);
        var far = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);
        ExpectFrames(mesh, near, 20);
        ExpectFrames(mesh, far, 20);

        await PublishAsync(mesh, mesh.Away);

        mesh.Away.RunUntil(
            () => mesh.Home.Node.Report().Publishers == 0,
            "The former publisher was not ended."
        );
        ExpectFrames(mesh, near, 30);
        ExpectFrames(mesh, far, 30);
        Assert.Equal(0, near.Client.Played[0].SwitchesWithoutKeyFrame);
        Assert.Equal(0, far.Client.Played[0].SwitchesWithoutKeyFrame);
    }

    /// <summary>Who plays waits for another publisher, wherever it comes.</summary>
    [Fact]
    public async Task Play_PublisherLeavesAndAnotherComesElsewhere_GoesOn()
    {
        await using var mesh = new MeshHarness();
        var former = await PublishAsync(mesh, mesh.Home);
        var viewer = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);
        ExpectFrames(mesh, viewer, 20);
        await mesh.Home.Node.CloseAsync(
            new SessionKey("app", former.SessionId),
            CancellationToken.None
        );
        mesh.Away.RunFor(0.5);

        await PublishAsync(mesh, mesh.Home);

        ExpectFrames(mesh, viewer, 30);
    }

    /// <summary>The publisher's node died without a word, or is cut off: who comes then is told, who plays waits.</summary>
    [Fact]
    public async Task Play_OwnerUnheardForLong_IsRefusedAndWhoPlaysGoesOnLater()
    {
        await using var mesh = new MeshHarness();
        await PublishAsync(mesh, mesh.Home);
        var viewer = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);
        ExpectFrames(mesh, viewer, 5);

        mesh.HomeBus.Disconnect();
        mesh.Away.RunFor(11);
        var refused = await mesh.Away.TryPlayAsync(NodeHarness.Stream);
        Assert.Equal(
            RefusalReason.NoPublisher,
            Assert.IsType<SessionResult.Refused>(refused).Reason
        );

        mesh.HomeBus.Reconnect();
        ExpectFrames(mesh, viewer, 20);
        _ = Assert.IsType<SessionResult.Created>(await mesh.Away.TryPlayAsync(NodeHarness.Stream));
    }

    /// <summary>A claim arrives while its name is forgotten: the end of the subscription waits for the handler, and the
    /// handler must not wait for it.</summary>
    [Fact]
    public async Task Name_ForgottenWhileAClaimArrives_NeitherWaitsForTheOther()
    {
        LastWordBus? bus = null; // The second node's, which is made last.
        await using var mesh = new MeshHarness(adapt: options =>
        {
            bus = new LastWordBus(options.Mesh!.Far!, "claim.");
            return options with { Mesh = options.Mesh with { Far = bus } };
        });
        await PublishAsync(mesh, mesh.Home);
        var viewer = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);
        ExpectFrames(mesh, viewer, 5);
        mesh.Away.RunUntil(() => bus!.HasHeard, "No claim came.");

        mesh.Away.Leave(viewer);
        await mesh.Away.Node.CloseAsync(
            new SessionKey("app", viewer.SessionId),
            CancellationToken.None
        );

        mesh.Away.RunUntil(() => bus!.HasEnded, "The name was not forgotten.");
        Assert.False(bus!.HasStuck);
    }

    /// <summary>Who comes again after nobody published is not told what was found out before.</summary>
    [Fact]
    public async Task Play_AgainOnceSomebodyPublishes_IsLetIn()
    {
        await using var mesh = Slow(TimeSpan.FromMilliseconds(20));
        _ = Assert.IsType<SessionResult.Refused>(await mesh.Away.TryPlayAsync(NodeHarness.Stream));
        // Long enough for the node to forget the name, and with it to hear of the publisher by himself.
        mesh.Away.RunFor(2.2);
        await PublishAsync(mesh, mesh.Home);

        var viewer = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);

        ExpectFrames(mesh, viewer, 10);
    }

    /// <summary>The node looks around for what it may forget while it still waits for the answer: it hears of the
    /// next publisher all the same.</summary>
    [Fact]
    public async Task Play_AnswerTakesLongerThanTheNodeKeepsNames_HearsOfTheNextPublisher()
    {
        await using var mesh = Slow(TimeSpan.FromMilliseconds(2_200));
        var former = await PublishAsync(mesh, mesh.Home);
        var viewer = await mesh.Away.PlayAsync(offered: NodeHarness.VideoOnly);
        ExpectFrames(mesh, viewer, 10);
        await mesh.Home.Node.CloseAsync(
            new SessionKey("app", former.SessionId),
            CancellationToken.None
        );
        mesh.Away.RunFor(0.5);

        await PublishAsync(mesh, mesh.Home);

        ExpectFrames(mesh, viewer, 10);
    }

    private static MeshHarness Slow(TimeSpan delay) =>
        new(adapt: options =>
            options with
            {
                Mesh = options.Mesh! with { Far = new SlowBus(options.Mesh.Far!, delay) },
            }
        );

    private static async Task<SocketClient> PublishAsync(MeshHarness mesh, NodeHarness at)
    {
        var publisher = await at.PublishAsync();
        mesh.RunUntilConnected(publisher);
        return publisher;
    }

    private static void ExpectFrames(MeshHarness mesh, SocketClient viewer, int more) =>
        mesh.ExpectFrames(viewer.Client.Played[0], more);
}
