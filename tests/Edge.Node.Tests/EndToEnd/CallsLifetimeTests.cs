using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>How long sessions and tracks of the session and track API last.</summary>
public sealed class CallsLifetimeTests
{
    /// <summary>Neither a session without a description nor one whose client never comes is kept.</summary>
    [Fact]
    public async Task Session_NeverConnects_EndsAfterItsTime()
    {
        await using var harness = new NodeHarness(
            With(new CallsNodeLimits { SessionIdle = TimeSpan.FromSeconds(1) })
        );
        var bare = new SessionKey("app", await harness.NewSessionAsync());
        var described = await harness.PushAsync();
        harness.Leave(described);

        harness.RunUntil(() => !Exists(harness, bare), "The session without a description stays.");
        harness.RunUntil(
            () => !Exists(harness, new SessionKey("app", described.SessionId)),
            "The session whose client never came stays."
        );
    }

    /// <summary>A camera that is muted and comes back: it stays published and pulled, pulls meanwhile are
    /// granted at once, and everybody sees it again by itself.</summary>
    [Fact]
    public async Task Track_SilentForLong_StaysAndComesBack()
    {
        await using var harness = new NodeHarness(
            With(new CallsNodeLimits { TrackIdle = TimeSpan.FromSeconds(1) })
        );
        await using var events = new EventLog(harness.Node.Calls);
        var publisher = await harness.PushAsync();
        harness.RunUntil(
            () => events.Count(CallsEventKind.TrackStarted) == 2,
            "The tracks did not start."
        );
        var camera = NodeHarness.Remote(publisher.SessionId, "cam");
        var before = await harness.PullAsync("app", camera);
        harness.RunUntil(
            () => before.Client.Played[0].CompleteFrames >= 10,
            "The viewer got no video."
        );

        publisher.Client.Streams[1].IsEnabled = false;
        harness.RunUntil(
            () => events.Count(CallsEventKind.TrackSilent) == 1,
            "Nobody was told that the camera is silent."
        );
        Assert.Equal(TrackStatus.Inactive, StatusOf(harness, before));
        var frames = before.Client.Played[0].CompleteFrames;
        var pull = harness.AskAsync(new SessionKey("app", await harness.NewSessionAsync()), camera);
        Assert.Null((await pull).Value!.Tracks[0].Error);
        var during = await harness.PullAsync("app", camera);
        harness.RunUntil(
            () => during.Client.ConnectedAt.IsSet,
            "The second viewer did not connect."
        );
        harness.RunFor(0.5);
        Assert.Equal(0, during.Client.Played[0].Packets);
        Assert.Equal(frames, before.Client.Played[0].CompleteFrames);

        publisher.Client.Streams[1].IsEnabled = true;
        harness.RunUntil(
            () =>
                before.Client.Played[0].CompleteFrames >= frames + 10
                && during.Client.Played[0].CompleteFrames >= 10,
            "The camera did not come back."
        );
        harness.RunUntil(
            () => events.Count(CallsEventKind.TrackResumed) == 1,
            "Nobody was told that the camera is back."
        );
        Assert.Equal(TrackStatus.Active, StatusOf(harness, before));
        Assert.Equal(0, before.Client.Played[0].BackwardTimestamps);
        var silent = Assert.Single(events.Of(CallsEventKind.TrackSilent));
        Assert.Equal((publisher.SessionId, "cam"), (silent.SessionId, silent.TrackName));
        Assert.Equal(0, events.Count(CallsEventKind.TrackEnded));
    }

    /// <summary>Sessions of all three APIs end; those of another app stay.</summary>
    [Fact]
    public async Task CloseApp_SessionsOfEveryKind_EndAndOthersStay()
    {
        await using var harness = new NodeHarness();
        var caller = await harness.PushAsync();
        var stays = await harness.PushAsync(app: "other");
        var publisher = await harness.PublishAsync();
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet && caller.Client.ConnectedAt.IsSet,
            "They did not connect."
        );

        await harness.Node.CloseAppAsync("app");

        Assert.False(Exists(harness, new SessionKey("app", caller.SessionId)));
        harness.RunUntil(
            () => harness.Node.Report() is { Publishers: 0, Callers: 1 },
            "Sessions of the app stay."
        );
        Assert.True(Exists(harness, new SessionKey("other", stays.SessionId)));
    }

    private static MediaNodeOptions With(CallsNodeLimits limits) =>
        NodeHarness.Options() with
        {
            Calls = limits,
        };

    private static TrackStatus StatusOf(NodeHarness harness, SocketClient viewer)
    {
        var session = new SessionKey("app", viewer.SessionId);
        var asked = harness.Node.Calls.GetSessionAsync(session, CancellationToken.None).AsTask();
        return Assert.Single(asked.GetAwaiter().GetResult()!.Tracks).Status;
    }

    private static bool Exists(NodeHarness harness, SessionKey session)
    {
        var asked = harness.Node.Calls.GetSessionAsync(session, CancellationToken.None).AsTask();
        return asked.GetAwaiter().GetResult() is not null;
    }
}
