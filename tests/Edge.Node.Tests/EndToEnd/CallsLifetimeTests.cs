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
            With(new CallsNodeLimits { TrackIdle = TimeSpan.FromSeconds(2) })
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
            () => LastTold(events) == CallsEventKind.TrackSilent,
            "Nobody was told that the camera is silent."
        );
        harness.RunUntil(
            () => StatusOf(harness, before) == TrackStatus.Inactive,
            "The silent camera is not inactive."
        );
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
            () => LastTold(events) == CallsEventKind.TrackResumed,
            "Nobody was told that the camera is back."
        );
        harness.RunUntil(
            () => StatusOf(harness, before) == TrackStatus.Active,
            "The camera is not active."
        );
        Assert.Equal(0, before.Client.Played[0].BackwardTimestamps);
        Assert.All(
            events.Of(CallsEventKind.TrackSilent),
            silent => Assert.Equal(publisher.SessionId, silent.SessionId)
        );
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

    /// <summary>A session that is ended while its transport is being made leaves nothing behind.</summary>
    [Fact]
    public async Task CloseApp_SessionsBeingMade_NoneIsLeft()
    {
        await using var harness = new NodeHarness();
        var offer = new SessionSdp(IsOffer: true, harness.OfferPush());
        for (var round = 0; round < 100; round++)
        {
            var making = Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                        harness
                            .Node.Calls.CreateSessionAsync(
                                new NewSessionRequest("app", offer, false, null, null),
                                CancellationToken.None
                            )
                            .AsTask()
                    )
                )
                .ToArray();
            var ending = Task.Run(async () =>
            {
                while (!Task.WhenAll(making).IsCompleted)
                {
                    await harness.Node.CloseAppAsync("app");
                    // Without a pause a starved shard would be left millions of requests to end the same.
                    await Task.Delay(1);
                }
            });
            await Task.WhenAll(making);
            await ending;
        }

        await harness.Node.CloseAppAsync("app");
        harness.RunUntil(
            () => harness.Node.SessionCount == 0 && harness.Node.Report().Callers == 0,
            "Sessions are left that nobody can end."
        );
    }

    private static MediaNodeOptions With(CallsNodeLimits limits) =>
        NodeHarness.Options() with
        {
            Calls = limits,
        };

    /// <summary>Whether the camera was last said to be silent or back. On a busy machine this test itself may
    /// hold it up for longer than the idle time, so what counts is the last word, not how many there were.</summary>
    private static CallsEventKind? LastTold(EventLog events) =>
        events
            .All.Where(each => string.Equals(each.TrackName, "cam", StringComparison.Ordinal))
            .LastOrDefault(each =>
                each.Kind is CallsEventKind.TrackSilent or CallsEventKind.TrackResumed
            )
            ?.Kind;

    private static TrackStatus StatusOf(NodeHarness harness, SocketClient viewer)
    {
        var session = new SessionKey("app", viewer.SessionId);
        var asked = harness.Node.Calls.GetSessionAsync(session, CancellationToken.None).AsTask();
        return Assert.Single(asked.GetAwaiter().GetResult().Value!.Tracks).Status;
    }

    private static bool Exists(NodeHarness harness, SessionKey session)
    {
        var asked = harness.Node.Calls.GetSessionAsync(session, CancellationToken.None).AsTask();
        return asked.GetAwaiter().GetResult().IsDone;
    }
}
