using System.Globalization;
using System.Text;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions.Calls;
using Edge.Node.Tests.Sessions.Calls.State;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>What becomes of requests, readers of events and others' pulls when a session goes on at another node.</summary>
public sealed class SessionMoveTests
{
    /// <summary>Whoever waits for the session's queue is told to ask again, not that it is gone.</summary>
    [Fact]
    public async Task Forget_RequestsWaitForTheQueue_AreToldToAskAgain()
    {
        await using var harness = new NodeHarness();
        var client = await harness.JoinAsync();
        var key = new SessionKey("app", client.SessionId);
        var (calls, session) = Find(harness, client);
        await session.Gate.WaitAsync();
        Task<CallsError?>[] asked =
        [
            ErrorOf(calls.RenegotiateAsync(key, new SessionSdp(false, Sdp(harness)), default)),
            ErrorOf(calls.DeleteSessionAsync(key, default)),
            ErrorOf(calls.GetSessionAsync(key, default)),
            ErrorOf(calls.RestartIceAsync(key, new SessionSdp(true, Sdp(harness)), default)),
            ErrorOf(
                calls.NewTracksAsync(
                    new NewTracksRequest(key, [], new SessionSdp(true, Sdp(harness)), true),
                    default
                )
            ),
            ErrorOf(
                calls.UpdateTracksAsync(
                    new UpdateTracksRequest(key, [NodeHarness.Remote("x", "y")]),
                    default
                )
            ),
            ErrorOf(calls.CloseTracksAsync(new CloseTracksRequest(key, [], true, null), default)),
            ErrorOf(calls.CloseDataChannelsAsync(new CloseDataChannelsRequest(key, [1]), default)),
            ErrorOf(
                calls.UpdateDataChannelsAsync(
                    new DataChannelsRequest(key, [ChannelCalls.Local("x")]),
                    default
                )
            ),
            ErrorOf(
                calls.UpdateAudioAsync(new UpdateAudioRequest(key, new AudioChoice()), default)
            ),
            ErrorOf(calls.EstablishDataChannelsAsync(key, null, default)),
        ];
        Assert.All(asked, each => Assert.False(each.IsCompleted));

        Assert.True(calls.Forget(session));
        session.Gate.Release();

        Assert.All(await Task.WhenAll(asked), error => Assert.Equal(CallsErrors.Moved, error));
        Assert.Equal(CallsErrorCode.Unavailable, CallsErrors.Moved.Code);
        Assert.NotNull(CallsErrors.Moved.RetryAfter);
    }

    /// <summary>A pull that waits for a name, a channel that is waited for, and a transport that does not connect.</summary>
    [Fact]
    public async Task Forget_OthersWaitForSomethingOfIt_AreToldToAskAgain()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.JoinAsync();
        var connecting = new SessionKey("app", await harness.NewSessionAsync());
        var viewer = await harness.JoinAsync();
        harness.RunUntil(() => viewer.Client.Channels!.IsConnected, "Nobody connected.");
        var (calls, session) = Find(harness, publisher);
        Assert.True(calls.Directory.TryFind("app", connecting.SessionId, out var waiting));
        waiting.WantsEvents = true;
        var pull = harness.AskAsync(
            new SessionKey("app", viewer.SessionId),
            NodeHarness.Remote(publisher.SessionId, "later")
        );
        var read = calls
            .NewDataChannelsAsync(
                new DataChannelsRequest(
                    new SessionKey("app", viewer.SessionId),
                    [ChannelCalls.Remote(publisher, "later")]
                ),
                default
            )
            .AsTask();
        var open = calls
            .NewDataChannelsAsync(
                new DataChannelsRequest(connecting, [ChannelCalls.Local("mine")]),
                default
            )
            .AsTask();
        harness.RunFor(0.2);
        Assert.False(pull.IsCompleted || read.IsCompleted || open.IsCompleted);

        Assert.True(calls.Forget(session));
        Assert.True(calls.Forget(waiting));
        harness.RunUntil(
            () => pull.IsCompleted && read.IsCompleted && open.IsCompleted,
            "Somebody waits on.",
            seconds: 1
        );

        Assert.Equal(CallsErrors.Moved, Assert.Single((await pull).Value!.Tracks).Error);
        Assert.Equal(CallsErrors.Moved, Assert.Single((await read).Value!.Channels).Error);
        Assert.Equal(CallsErrors.Moved, (await open).Error);
    }

    /// <summary>Nobody is told that anything ended, and who forgets a session that ended is told.</summary>
    [Fact]
    public async Task Forget_NothingIsSaidToHaveEnded()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PushAsync();
        var (calls, session) = Find(harness, publisher);
        await using var events = new EventLog(harness.Node.Calls);

        Assert.True(calls.Forget(session));
        foreach (var track in session.Published)
        {
            // What another node has to tell is not told here.
            track.Stream.NoteBegun();
        }

        Assert.False(calls.Forget(session));
        Assert.False(session.TryEnd());
        Assert.True(session.Ended.IsCancellationRequested);
        Assert.All(session.Published, track => Assert.False(track.Stream.IsRetired));
        var gone = await calls.GetSessionAsync(new SessionKey("app", publisher.SessionId), default);
        Assert.Equal(CallsErrorCode.SessionGone, gone.Error!.Code);
        harness.RunFor(0.2);
        Assert.Empty(events.All);
    }

    [Fact]
    public async Task Forget_HasEnded_IsFalse()
    {
        await using var harness = new NodeHarness();
        var publisher = await harness.PushAsync();
        var (calls, session) = Find(harness, publisher);
        Assert.Null(
            await calls.DeleteSessionAsync(new SessionKey("app", publisher.SessionId), default)
        );

        Assert.False(calls.Forget(session));
    }

    /// <summary>A session that comes is there at once and silently; what happens to it later is told.</summary>
    [Fact]
    public async Task Adopt_SessionOfAnotherNode_IsKnownAndToldOfFromThenOn()
    {
        await using var harness = new NodeHarness();
        await using var events = new EventLog(harness.Node.Calls);
        var calls = (CallsNode)harness.Node.Calls;
        var parts = CallsSessionFixture.Read(CallsSessionFixture.Write(Quiet()))!;
        var session = CallsSessionFixture.Build(parts);

        calls.Adopt(session, media: null, channels: null);
        var state = await calls.GetSessionAsync(new SessionKey("app", session.Id), default);

        Assert.Equal(session.Published.Count(), state.Value!.Tracks.Length);
        Assert.Empty(events.All);
        var track = session.Published.First(track => !track.Stream.Started.IsCompleted);
        track.Stream.NoteBegun();
        harness.RunUntil(
            () => events.Count(CallsEventKind.TrackStarted) == 1,
            "Nobody was told that the track has begun."
        );
        Assert.Equal(track.Name, events.Of(CallsEventKind.TrackStarted).Single().TrackName);
    }

    /// <summary>A client's channel of events is told each once, under numbers that go on, whoever tells.</summary>
    [Fact]
    public async Task StopTelling_ThenAgain_NumbersGoOn()
    {
        var telling = NodeHarness.Options() with
        {
            EventWriter = happened =>
                Encoding.UTF8.GetBytes(happened.Sequence.ToString(CultureInfo.InvariantCulture)),
        };
        await using var harness = new NodeHarness(telling);
        var client = await harness.JoinAsync();
        var (calls, session) = Find(harness, client);
        _ = client.Client.Channels!.Transport.Open(
            new Protocol.DataChannels.DataChannelOptions { Label = "server-events" },
            out var id
        );
        // The channel is there before somebody tells by it.
        harness.RunUntil(() => harness.Node.State.Events.IsRead(session.Subject), "Nobody tells.");
        _ = await harness.OpenAsync(client, ChannelCalls.Local("one"));
        harness.RunUntil(() => session.ToldSequence == 1, "The first was not told.");
        harness.RunUntil(() => ChannelCalls.Count(client, id) == 1, "The first did not come.");

        await session.StopTellingAsync();
        await session.StopTellingAsync();
        calls.TellAgain(session);
        _ = await harness.OpenAsync(client, ChannelCalls.Local("two"));
        harness.RunUntil(() => ChannelCalls.Count(client, id) == 2, "The second was not told.");

        Assert.Equal(
            ["1", "2"],
            client.Client.Channels.MessagesOf(id).Select(text => Encoding.UTF8.GetString(text)),
            StringComparer.Ordinal
        );
        Assert.Equal(2, session.ToldSequence);
    }

    private static CallsSession Quiet()
    {
        for (var seed = 1UL; seed < 1000; seed++)
        {
            var session = CallsSessionFixture.Draw(Primitives.Prng.FromNumber(seed));
            if (
                session.Pulled.Count == 0
                && session.Intents.Count == 0
                && session.Published.Any(track => !track.Stream.Started.IsCompleted)
            )
            {
                return session;
            }
        }

        throw new Testing.TestingException("No random session is like that.");
    }

    private static string Sdp(NodeHarness harness) => harness.OfferPush();

    private static (CallsNode Calls, CallsSession Session) Find(
        NodeHarness harness,
        SocketClient client
    )
    {
        var calls = (CallsNode)harness.Node.Calls;
        Assert.True(calls.Directory.TryFind("app", client.SessionId, out var session));
        return (calls, session);
    }

    private static async Task<CallsError?> ErrorOf(ValueTask<CallsError?> asked) => await asked;

    private static async Task<CallsError?> ErrorOf<T>(ValueTask<CallsResult<T>> asked)
        where T : class => (await asked).Error;
}
