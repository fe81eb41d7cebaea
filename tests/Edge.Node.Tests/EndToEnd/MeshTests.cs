using Control.Contract;
using Control.Contract.Calls;
using Edge.Mesh;
using Edge.Testing.Clients;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Tracks of one node pulled at another.</summary>
public sealed class MeshTests
{
    private const int Audio = 0;
    private const int Video = 1;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pull_TrackOfAnotherNode_FramesArriveWithoutGap(bool isOnePop)
    {
        await using var mesh = new MeshHarness(isOnePop);
        var publisher = await PushAsync(mesh);

        var viewer = await mesh.Away.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "mic"),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        mesh.Away.RunUntil(
            () => viewer.Client.Played[Video].CompleteFrames >= 60,
            "The viewer got no 60 frames of the other node."
        );

        Assert.Equal(0, viewer.Client.Played[Video].BackwardTimestamps);
        Assert.InRange(viewer.Client.Played[Video].Missing, 0, 2);
        Assert.True(viewer.Client.Played[Audio].Packets >= 50);
        var pulled = await mesh.Away.StateAsync(viewer);
        Assert.All(pulled.Tracks, track => Assert.Equal(publisher.SessionId, track.SessionId));
        Assert.All(pulled.Tracks, track => Assert.Equal(TrackStatus.Active, track.Status));
    }

    /// <summary>What is not there is not there, wherever it would be.</summary>
    [Fact]
    public async Task Pull_NoSuchTrackOfAnotherNode_FailsThatItem()
    {
        await using var mesh = new MeshHarness(adapt: options =>
            options with
            {
                Calls = options.Calls with { MediaWait = TimeSpan.FromMilliseconds(200) },
            }
        );
        var publisher = await PushAsync(mesh);
        var id = await mesh.Away.NewSessionAsync();

        var pulled = await mesh.Away.AskAsync(
            new SessionKey("app", id),
            NodeHarness.Remote(publisher.SessionId, "nobody"),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );

        Assert.Equal(
            [CallsErrorCode.TrackNotFound, null],
            pulled.Value!.Tracks.Select(track => track.Error?.Code)
        );
    }

    /// <summary>A track that somebody of its app takes here is no other app's for that.</summary>
    [Fact]
    public async Task Pull_TrackOfAnotherAppThatIsTakenHere_IsNotFound()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        _ = await WatchAsync(mesh, publisher);
        var stranger = await mesh.Away.NewSessionAsync("other");

        var pulled = await mesh.Away.AskAsync(
            new SessionKey("other", stranger),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );

        Assert.Equal(CallsErrorCode.TrackNotFound, Assert.Single(pulled.Value!.Tracks).Error?.Code);
    }

    /// <summary>A node that may speak for one app alone says that another app's track has ended.</summary>
    [Fact]
    public async Task Cache_SaidUnderAnotherApp_IsNotHeard()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var viewer = await WatchAsync(mesh, publisher);
        var video = viewer.Client.Played[0];
        var token = TrackToken.Create(publisher.SessionId, "cam");
        var subject = MeshSubjects.Cache("other", mesh.Away.Node.Engine!.Self, token);

        Assert.True(mesh.HomeBus.TryPublish(subject, EndOfTrack()));
        mesh.Away.RunFor(0.3);
        mesh.ExpectFrames(video, 30);

        var state = await mesh.Away.StateAsync(viewer);
        Assert.Equal(TrackStatus.Active, Assert.Single(state.Tracks).Status);
    }

    /// <summary>An owner that died without a word, or is cut off: who comes then is told, who watches waits for it.</summary>
    [Fact]
    public async Task Pull_OwnerUnheardForLong_IsRefusedAndWhoWatchesGoesOnLater()
    {
        await using var mesh = new MeshHarness();
        var publisher = await PushAsync(mesh);
        var viewer = await WatchAsync(mesh, publisher);
        var video = viewer.Client.Played[0];

        mesh.HomeBus.Disconnect();
        mesh.Away.RunFor(11);
        var pulled = await AskAsync();
        Assert.NotNull(Assert.Single(pulled.Value!.Tracks).Error);

        mesh.HomeBus.Reconnect();
        mesh.ExpectFrames(video, 30);
        pulled = await AskAsync();
        Assert.Null(Assert.Single(pulled.Value!.Tracks).Error);

        async Task<CallsResult<TracksOutcome>> AskAsync() =>
            await mesh.Away.AskAsync(
                new SessionKey("app", await mesh.Away.NewSessionAsync()),
                NodeHarness.Remote(publisher.SessionId, "cam")
            );
    }

    /// <summary>What a viewer's network loses is sent again by its own node: the publisher's hears nothing of
    /// it.</summary>
    [Fact]
    public async Task Pull_LossyNetworkOfTheViewer_IsRepairedByItsOwnNode()
    {
        await using var mesh = new MeshHarness();
        var random = Testing.Seeds.Random();
        var publisher = await PushAsync(mesh);
        var viewer = await WatchAsync(mesh, publisher);
        var video = viewer.Client.Played[0];
        var asked = 0;
        publisher.Client.RepairWanted = (_, _) => asked++;

        viewer.LosesMedia = () => random.NextInt32(10) == 0;
        mesh.Away.RunUntil(() => viewer.LostCount >= 20, "Nothing was lost.");
        viewer.LosesMedia = () => false;
        mesh.ExpectFrames(video, 30);

        Assert.InRange(video.Missing, 0, 2);
        Assert.True(video.Recovered > 0);
        Assert.Equal(0, asked);
    }

    private static byte[] EndOfTrack()
    {
        var state = new byte[MeshTrackState.BytesMax];
        var length = MeshTrackState.Write(
            state,
            new MeshTrackState(Report: null, MeshTrackEnd.Track, IsSilent: false),
            []
        );
        var frame = new byte[256];
        var writer = new MeshFrameWriter(
            frame,
            new MeshFrameHeader(ulong.MaxValue, 0, 0, default),
            description: default,
            state.AsSpan(0, length)
        );
        return frame[..writer.Finish()];
    }

    /// <summary>Pulls the pictures at the other node, and waits until they come.</summary>
    private static async Task<SocketClient> WatchAsync(MeshHarness mesh, SocketClient publisher)
    {
        var viewer = await mesh.Away.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        mesh.ExpectFrames(viewer.Client.Played[0], 10);
        return viewer;
    }

    private static async Task<SocketClient> PushAsync(MeshHarness mesh)
    {
        var publisher = await mesh.Home.PushAsync();
        mesh.RunUntilConnected(publisher);
        mesh.Away.RunFor(0.2);
        return publisher;
    }
}
