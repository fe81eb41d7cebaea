using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>The session and track API of a whole node: named tracks between sessions.</summary>
public sealed class CallsTests
{
    private const int Audio = 0;
    private const int Video = 1;

    [Fact]
    public async Task Pull_TracksOfAnotherSession_FramesArriveWithoutGap()
    {
        await using var harness = new NodeHarness();
        var publisher = await ConnectedAsync(harness);

        var viewer = await harness.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "mic"),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        ExpectFrames(harness, viewer, 60);

        Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
        Assert.InRange(viewer.Client.Played[Video].Missing, 0, 2);
        Assert.True(viewer.Client.Played[Audio].Packets >= 50);
        var published = await harness.StateAsync(publisher);
        Assert.Equal("connected", published.State);
        Assert.Equal(
            [("mic", TrackStatus.Active), ("cam", TrackStatus.Active)],
            published.Tracks.Select(track => (track.TrackName, track.Status))
        );
        var pulled = await harness.StateAsync(viewer);
        Assert.All(pulled.Tracks, track => Assert.Equal(publisher.SessionId, track.SessionId));
    }

    /// <summary>A pull may come before the first packet: it waits, and other sessions go on.</summary>
    [Fact]
    public async Task Pull_BeforeFirstPacket_WaitsForIt()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PushAsync();
        var session = new SessionKey("app", await harness.NewSessionAsync());
        var pull = harness.AskAsync(session, NodeHarness.Remote(publisher.SessionId, "cam"));
        Assert.False(pull.IsCompleted);

        harness.RunUntil(() => pull.IsCompleted, "The pull did not come back.");
        var viewer = await harness.AnswerAsync(session, await pull);

        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= 10,
            "The viewer got no video."
        );
    }

    [Fact]
    public async Task Pull_UnknownNameOrSession_FailsItemByItem()
    {
        await using var harness = new NodeHarness(Impatient());
        var publisher = await ConnectedAsync(harness);
        var id = await harness.NewSessionAsync();

        var pulled = await harness.AskAsync(
            new SessionKey("app", id),
            NodeHarness.Remote(publisher.SessionId, "nobody"),
            NodeHarness.Remote("nowhere", "cam"),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );

        Assert.Equal(
            [CallsErrorCode.TrackNotFound, CallsErrorCode.TrackNotFound, null],
            pulled.Value!.Tracks.Select(track => track.Error?.Code)
        );
        Assert.True(pulled.Value.RequiresRenegotiation);
    }

    [Fact]
    public async Task Pull_EveryItemFails_NoOfferIsWritten()
    {
        await using var harness = new NodeHarness(Impatient());
        var id = await harness.NewSessionAsync();

        var pulled = await harness.AskAsync(
            new SessionKey("app", id),
            NodeHarness.Remote("nowhere", "cam")
        );

        Assert.False(pulled.Value!.RequiresRenegotiation);
        Assert.Null(pulled.Value.Description);
        Assert.Null(pulled.Value.Tracks[0].Mid);
    }

    [Fact]
    public async Task Pull_SessionOfAnotherApp_IsNotFound()
    {
        await using var harness = new NodeHarness(Impatient());
        var publisher = await ConnectedAsync(harness);
        var id = await harness.NewSessionAsync("other");

        var pulled = await harness.AskAsync(
            new SessionKey("other", id),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );

        Assert.Equal(CallsErrorCode.TrackNotFound, pulled.Value!.Tracks[0].Error!.Code);
        var seen = await harness.Node.Calls.GetSessionAsync(
            new SessionKey("other", publisher.SessionId),
            CancellationToken.None
        );
        Assert.Equal(CallsErrorCode.SessionGone, seen.Error?.Code);
    }

    /// <summary>A pulled section is pointed at another publisher: no SDP, and no seam.</summary>
    [Fact]
    public async Task Update_OtherTrack_NumbersGoOn()
    {
        await using var harness = new NodeHarness();
        var first = await ConnectedAsync(harness);
        var second = await ConnectedAsync(harness);
        var viewer = await harness.PullAsync("app", NodeHarness.Remote(first.SessionId, "cam"));
        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= 30,
            "The viewer got no video."
        );
        var mid = (await harness.StateAsync(viewer)).Tracks[0].Mid;

        var updated = await harness.Node.Calls.UpdateTracksAsync(
            new UpdateTracksRequest(
                new SessionKey("app", viewer.SessionId),
                [NodeHarness.Remote(second.SessionId, "cam") with { Mid = mid }]
            ),
            CancellationToken.None
        );
        Assert.Null(updated.Value!.Tracks[0].Error);
        var before = viewer.Client.Played[0].CompleteFrames;
        harness.Leave(first);
        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= before + 60,
            "The viewer got no video of the second publisher."
        );

        Assert.Equal(0, viewer.Client.Played[0].BackwardTimestamps);
        Assert.Equal(second.SessionId, (await harness.StateAsync(viewer)).Tracks[0].SessionId);
    }

    [Fact]
    public async Task Close_Forced_MediaEndsAndTheNameIsFree()
    {
        await using var harness = new NodeHarness(Impatient());
        var publisher = await ConnectedAsync(harness);
        var viewer = await harness.PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"));
        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= 10,
            "The viewer got no video."
        );

        var closed = await harness.Node.Calls.CloseTracksAsync(
            new CloseTracksRequest(
                new SessionKey("app", publisher.SessionId),
                ["1", "7"],
                IsForced: true,
                Offer: null
            ),
            CancellationToken.None
        );
        Assert.Equal(
            [null, CallsErrorCode.CloseTrack],
            closed.Value!.Tracks.Select(track => track.Error?.Code)
        );
        harness.RunFor(0.3);
        var frames = viewer.Client.Played[0].CompleteFrames;
        harness.RunFor(0.5);

        Assert.Equal(frames, viewer.Client.Played[0].CompleteFrames);
        var left = Assert.Single((await harness.StateAsync(publisher)).Tracks);
        Assert.Equal("mic", left.TrackName);
        Assert.Equal(TrackStatus.Inactive, (await harness.StateAsync(viewer)).Tracks[0].Status);
    }

    /// <summary>Whoever may pull knows the id: WHIP's resource, where an id is the permission, has none of it.</summary>
    [Fact]
    public async Task Close_ByTheWhipSide_FindsNoSessionOfTheApi()
    {
        await using var harness = new NodeHarness();
        var publisher = await ConnectedAsync(harness);
        var key = new SessionKey("app", publisher.SessionId);

        Assert.IsType<CloseResult.NotFound>(
            await harness.Node.CloseAsync(key, CancellationToken.None)
        );
        Assert.IsType<DescribeResult.NotFound>(
            await harness.Node.DescribeAsync(key, CancellationToken.None)
        );
        Assert.Equal("connected", (await harness.StateAsync(publisher)).State);
    }

    [Fact]
    public async Task Delete_Publisher_IsGoneForAllAndEventsSaySo()
    {
        await using var harness = new NodeHarness(Impatient());
        await using var events = new EventLog(harness.Node.Calls);
        var publisher = await ConnectedAsync(harness);

        var session = new SessionKey("app", publisher.SessionId);
        Assert.Null(await harness.Node.Calls.DeleteSessionAsync(session, CancellationToken.None));
        var again = await harness.Node.Calls.DeleteSessionAsync(session, CancellationToken.None);
        Assert.Equal(CallsErrorCode.SessionGone, again?.Code);
        harness.RunUntil(
            () => events.Count(CallsEventKind.SessionEnded) > 0,
            "Nobody was told of the end."
        );
        var kinds = events.All.Select(raised => raised.Kind).ToArray();

        Assert.Equal(
            [
                CallsEventKind.TrackPublished,
                CallsEventKind.TrackPublished,
                CallsEventKind.SessionConnected,
            ],
            kinds[..3]
        );
        Assert.Equal(2, kinds.Count(kind => kind == CallsEventKind.TrackStarted));
        Assert.Equal(2, kinds.Count(kind => kind == CallsEventKind.TrackEnded));
        Assert.Equal(CallsEventKind.SessionEnded, kinds[^1]);
    }

    private static MediaNodeOptions Impatient() =>
        NodeHarness.Options() with
        {
            Calls = new CallsNodeLimits { MediaWait = TimeSpan.FromMilliseconds(200) },
        };

    private static async Task<SocketClient> ConnectedAsync(NodeHarness harness)
    {
        var publisher = await harness.PushAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        harness.RunFor(0.2);
        return publisher;
    }

    private static void ExpectFrames(NodeHarness harness, SocketClient viewer, int frames) =>
        harness.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= frames,
            "The viewer did not get its video."
        );
}
