using Control.Contract;
using Control.Contract.Calls;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Which layers of a track go to other nodes, and what becomes of viewers when the way is cut.</summary>
public sealed class MeshLayerTests
{
    /// <summary>The better layer's place among the publisher's streams.</summary>
    private const int High = 1;
    private const int LowPackets = 1;
    private const int HighPackets = 3;

    [Fact]
    public async Task Publish_NobodyElsewhereWatches_NothingIsSent()
    {
        await using var mesh = new MeshHarness();
        await PushAsync(mesh);
        mesh.Away.RunFor(1);

        Assert.Equal(0, mesh.Home.Node.Engine!.Stats.FramesOut);
        Assert.Equal(0, mesh.HomeBus.Stats.Published);
    }

    /// <summary>Only the layer that is watched crosses; another one when somebody wants it, and then both.</summary>
    [Fact]
    public async Task Pull_LayersOfTwoViewers_OnlyThoseCross()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var low = await mesh.Away.PullAsync("app", Layer(publisher, "l"));
        ExpectFrames(mesh, low, LowPackets);
        Assert.Equal(1, Carried(mesh));

        var high = await mesh.Away.PullAsync("app", Layer(publisher, "h"));
        ExpectFrames(mesh, high, HighPackets);
        ExpectFrames(mesh, low, LowPackets);
        Assert.Equal(2, Carried(mesh));

        mesh.Away.Leave(high);
        await mesh.Away.Node.Calls.DeleteSessionAsync(
            new SessionKey("app", high.SessionId),
            CancellationToken.None
        );
        mesh.Away.RunUntil(() => Carried(mesh) == 1, "The unwatched layer is still sent.");
        ExpectFrames(mesh, low, LowPackets);
    }

    /// <summary>However many watch: one copy crosses.</summary>
    [Fact]
    public async Task Pull_ManyViewers_OneCopyCrosses()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var viewers = new List<SocketClient>();
        for (var index = 0; index < 6; index++)
        {
            viewers.Add(await mesh.Away.PullAsync("app", Layer(publisher, "h")));
        }

        foreach (var viewer in viewers)
        {
            ExpectFrames(mesh, viewer, HighPackets);
        }

        var sentBefore = mesh.Home.Node.Engine!.Stats.PacketsOut;
        var framesBefore = viewers[0].Client.Played[0].CompleteFrames;
        ExpectFrames(mesh, viewers[0], HighPackets);
        var frames = viewers[0].Client.Played[0].CompleteFrames - framesBefore;
        var sent = mesh.Home.Node.Engine!.Stats.PacketsOut - sentBefore;
        Assert.InRange(sent, (frames - 3) * HighPackets, (frames + 3) * HighPackets);
    }

    /// <summary>The way to the other node is cut and comes back: who watches there goes on by itself, who
    /// watches here notices nothing.</summary>
    [Fact]
    public async Task Bus_CutAndBack_ViewersGoOnByThemselves()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var near = await mesh.Home.PullAsync("app", Layer(publisher, "h"));
        var far = await mesh.Away.PullAsync("app", Layer(publisher, "h"));
        ExpectFrames(mesh, near, HighPackets);
        ExpectFrames(mesh, far, HighPackets);

        // A join that goes over to a newer key frame in the middle of a picture leaves a number out.
        var missing = near.Client.Played[0].Missing;
        mesh.AwayBus.Disconnect();
        mesh.Away.RunFor(0.3);
        var before = far.Client.Played[0].CompleteFrames;
        mesh.Away.RunFor(1.5);
        Assert.Equal(before, far.Client.Played[0].CompleteFrames);
        Assert.Equal(missing, near.Client.Played[0].Missing);

        mesh.AwayBus.Reconnect();
        ExpectFrames(mesh, far, HighPackets);
        Assert.Equal(missing, near.Client.Played[0].Missing);
        Assert.Equal(0, far.Client.Played[0].SwitchesWithoutKeyFrame);
    }

    /// <summary>Cut for so long that the owner gave the watcher up.</summary>
    [Fact]
    public async Task Bus_CutForLongerThanDemandLasts_ViewersGoOnByThemselves()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var far = await mesh.Away.PullAsync("app", Layer(publisher, "h"));
        ExpectFrames(mesh, far, HighPackets);

        mesh.AwayBus.Disconnect();
        mesh.Away.RunUntil(() => Carried(mesh) == 0, "What nobody takes is still sent.");
        mesh.AwayBus.Reconnect();

        ExpectFrames(mesh, far, HighPackets);
    }

    /// <summary>Who begins to watch asks for a key frame until one comes, and then no more.</summary>
    [Fact]
    public async Task Pull_OnceTheKeyFrameHasCome_ThePublisherIsAskedNoMore()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var viewer = await mesh.Away.PullAsync("app", Layer(publisher, "h"));
        ExpectFrames(mesh, viewer, HighPackets);
        var before = publisher.Client.KeyFrameRequests;

        mesh.Away.RunFor(3);

        Assert.InRange(publisher.Client.KeyFrameRequests - before, 0, 1);
    }

    [Fact]
    public async Task Publisher_Ends_TheTrackEndsElsewhere()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var far = await mesh.Away.PullAsync("app", Layer(publisher, "h"));
        ExpectFrames(mesh, far, HighPackets);

        await mesh.Home.Node.Calls.DeleteSessionAsync(
            new SessionKey("app", publisher.SessionId),
            CancellationToken.None
        );

        mesh.Away.RunFor(0.5);
        var state = await mesh.Away.StateAsync(far);
        Assert.Equal(TrackStatus.Inactive, Assert.Single(state.Tracks).Status);
        var again = await mesh.Away.AskAsync(
            new SessionKey("app", await mesh.Away.NewSessionAsync()),
            Layer(publisher, "h")
        );
        Assert.Equal(CallsErrorCode.TrackNotFound, Assert.Single(again.Value!.Tracks).Error?.Code);
    }

    /// <summary>The publisher hears which layers are watched anywhere, so that it need not send the others.</summary>
    [Fact]
    public async Task Pull_LayersElsewhere_ThePublisherHearsWhichAreWatched()
    {
        await using var mesh = new MeshHarness();
        await using var events = new EventLog(mesh.Home.Node.Calls);
        var publisher = await PushAsync(mesh);
        mesh.Away.RunUntil(() => Told(events) is [], "Nobody watches, and nobody said so.");

        var low = await mesh.Away.PullAsync("app", Layer(publisher, "l"));
        ExpectFrames(mesh, low, LowPackets);
        mesh.Away.RunUntil(() => Told(events) is ["l"], "The watched layer was not told.");

        await mesh.Home.PullAsync("app", Layer(publisher, "h"));
        mesh.Away.RunUntil(() => Told(events) is ["l", "h"], "The other layer was not told.");
        mesh.Away.Leave(low);
        await mesh.Away.Node.Calls.DeleteSessionAsync(
            new SessionKey("app", low.SessionId),
            CancellationToken.None
        );

        mesh.Away.RunUntil(() => Told(events) is ["h"], "What is not watched was not told.");
    }

    /// <summary>A publisher does as it is told and stops a layer: it hears when somebody wishes for it again, here or
    /// elsewhere.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pull_LayerThatThePublisherStopped_IsToldAndComes(bool isHome)
    {
        await using var mesh = new MeshHarness();
        await using var events = new EventLog(mesh.Home.Node.Calls);
        var publisher = await PushAsync(mesh);
        var node = isHome ? mesh.Home : mesh.Away;
        var low = await node.PullAsync("app", Layer(publisher, "l"));
        ExpectFrames(mesh, low, LowPackets);
        mesh.Away.RunUntil(() => Told(events) is ["l"], "What is not watched was not told.");
        publisher.Client.Streams[High].IsEnabled = false;
        mesh.Away.RunFor(2.5);

        var high = await node.PullAsync("app", Layer(publisher, "h"));
        mesh.Away.RunUntil(() => Told(events) is ["l", "h"], "The wish was not told.");
        publisher.Client.Streams[High].IsEnabled = true;

        ExpectFrames(mesh, high, HighPackets);
    }

    private static System.Collections.Immutable.ImmutableArray<string>? Told(EventLog events) =>
        events.Of(CallsEventKind.TrackWanted).LastOrDefault()?.Rids;

    private static long Carried(MeshHarness mesh) => mesh.Home.Node.Engine!.Stats.LayersCarried;

    private static TrackRequest Layer(SocketClient publisher, string rid) =>
        NodeHarness.Remote(publisher.SessionId, "cam") with
        {
            Simulcast = new SimulcastChoice(rid, HasPriorityOrder: false, HasFallback: false),
        };

    private static async Task<SocketClient> PushAsync(MeshHarness mesh)
    {
        var publisher = await mesh.Home.PushLayersAsync();
        mesh.RunUntilConnected(publisher);
        mesh.Away.RunFor(0.3);
        return publisher;
    }

    private static void ExpectFrames(MeshHarness mesh, SocketClient viewer, int packets)
    {
        var played = viewer.Client.Played[0];
        var before = played.CompleteFrames;
        mesh.Away.RunUntil(
            () => played.CompleteFrames >= before + 20 && played.LastFramePackets == packets,
            $"The viewer got no frames of {packets} packets."
        );
    }
}
