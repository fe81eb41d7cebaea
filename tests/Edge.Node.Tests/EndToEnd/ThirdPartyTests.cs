using Control.Contract;
using Control.Contract.Calls;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A session whose peer is another server: this node offers, checks and nominates.</summary>
public sealed class ThirdPartyTests
{
    private const int PacketsMin = 50;

    /// <summary>Two nodes: the first offers to the second, for which the offer is a client's. A microphone of
    /// each is heard at the other.</summary>
    [Fact]
    public async Task Offer_AnsweredByAnotherNode_SoundGoesBothWays()
    {
        await using var far = new NodeHarness();
        await using var near = new NodeHarness { Beside = far };
        var link = await ConnectAsync(near, far);

        var nearMic = await SpeakAsync(near);
        var farMic = await SpeakAsync(far);
        await CarryAsync(near, link.Near, nearMic, "#voice");
        await CarryAsync(far, link.Far, farMic, "#caller");

        var atFar = await ListenAsync(near, far, NodeHarness.Remote(link.Far.SessionId, "caller"));
        var atNear = await ListenAsync(
            near,
            near,
            NodeHarness.Remote(link.Near.SessionId, "voice")
        );
        near.RunUntil(
            () => Heard(atFar) >= PacketsMin && Heard(atNear) >= PacketsMin,
            "The sound of one node did not reach the other."
        );

        Assert.Equal("connected", (await StateAsync(near, link.Near))!.State);
        Assert.Equal("connected", (await StateAsync(far, link.Far))!.State);
        Assert.Equal(0, Faults(near) + Faults(far));
    }

    /// <summary>From one port to one address there is one flow: a second session towards the same server
    /// is refused with the reason, and the first one goes on.</summary>
    [Fact]
    public async Task Renegotiate_ServerOfAnotherSession_RefusedAndTheFirstGoesOn()
    {
        await using var far = new NodeHarness();
        await using var near = new NodeHarness { Beside = far };
        var first = await ConnectAsync(near, far);
        await CarryAsync(near, first.Near, await SpeakAsync(near), "#voice");
        var atFar = await ListenAsync(near, far, NodeHarness.Remote(first.Far.SessionId, "caller"));
        near.RunUntil(() => Heard(atFar) >= PacketsMin, "The first session carries nothing.");

        var second = new SessionKey("app", await near.NewSessionAsync(isThirdParty: true));
        var there = new SessionKey("app", await far.NewSessionAsync());
        var answer = await AnswerAsync(far, there, await OfferAsync(near, second));
        var refusal = await near.Node.Calls.RenegotiateAsync(
            second,
            answer,
            CancellationToken.None
        );

        Assert.Equal(CallsErrorCode.InvalidSessionDescription, refusal!.Code);
        Assert.Contains("Another session", refusal.Description, StringComparison.Ordinal);
        Assert.Null(await StateAsync(near, second));
        var heard = Heard(atFar);
        near.RunUntil(() => Heard(atFar) >= heard + PacketsMin, "The first session stopped.");
    }

    [Fact]
    public async Task End_SessionWithAServer_TheServerIsFreeForAnother()
    {
        await using var far = new NodeHarness();
        await using var near = new NodeHarness { Beside = far };
        var first = await ConnectAsync(near, far);
        near.RunUntil(
            () => States(near, [first.Near]) is "connected",
            "The first session did not connect."
        );
        Assert.True(await near.Node.Calls.DeleteSessionAsync(first.Near, CancellationToken.None));
        // The shard still says goodbye when the API has answered.
        near.RunUntil(() => States(far, [first.Far]).Length == 0, "The far session did not end.");

        var second = await ConnectAsync(near, far);

        near.RunUntil(
            () => States(near, [second.Near]) is "connected",
            "The second session did not connect."
        );
    }

    /// <summary>Two that look for the same server at once: the first to be answered has it, the other ends.</summary>
    [Fact]
    public async Task Renegotiate_TwoSessionsAtOnce_OneHasTheServer()
    {
        await using var far = new NodeHarness();
        await using var near = new NodeHarness { Beside = far };
        var sessions = new List<SessionKey>();
        var answers = new List<SessionSdp>();
        for (var count = 0; count < 2; count++)
        {
            var here = new SessionKey("app", await near.NewSessionAsync(isThirdParty: true));
            var there = new SessionKey("app", await far.NewSessionAsync());
            sessions.Add(here);
            answers.Add(await AnswerAsync(far, there, await OfferAsync(near, here)));
        }

        var accepted = sessions.Zip(
            answers,
            (session, answer) =>
                near.Node.Calls.RenegotiateAsync(session, answer, CancellationToken.None).AsTask()
        );
        await Task.WhenAll(accepted);

        near.RunUntil(() => States(near, sessions) is "connected", "Not one session is left.");
    }

    private static string States(NodeHarness node, List<SessionKey> sessions) =>
        string.Join(
            ' ',
            sessions
                .Select(session => StateAsync(node, session).GetAwaiter().GetResult()?.State)
                .OfType<string>()
        );

    private static long Heard(SocketClient client) => client.Client.Played[0].Packets;

    /// <summary>A session towards another node, connected over one section that goes both ways.</summary>
    private static async Task<(SessionKey Near, SessionKey Far)> ConnectAsync(
        NodeHarness near,
        NodeHarness far
    )
    {
        var here = new SessionKey("app", await near.NewSessionAsync(isThirdParty: true));
        var there = new SessionKey("app", await far.NewSessionAsync());
        var offered = await OfferAsync(near, here);
        var answered = await AnswerAsync(far, there, offered);
        var refusal = await near.Node.Calls.RenegotiateAsync(
            here,
            answered,
            CancellationToken.None
        );
        Assert.Null(refusal);
        return (here, there);
    }

    private static async Task<TracksOutcome> OfferAsync(NodeHarness node, SessionKey session)
    {
        var asked = new TrackRequest
        {
            Location = TrackLocation.Local,
            TrackName = "voice",
            Kind = "audio",
            IsBidirectional = true,
        };
        var offered = await node.AskAsync(session, asked);
        Assert.True(offered.IsDone, offered.Error?.Description);
        Assert.Null(offered.Value.Tracks[0].Error);
        Assert.True(offered.Value.RequiresRenegotiation);
        return offered.Value;
    }

    private static async Task<SessionSdp> AnswerAsync(
        NodeHarness node,
        SessionKey session,
        TracksOutcome offered
    )
    {
        var track = NodeHarness.Local(offered.Tracks[0].Mid!, "caller") with
        {
            IsBidirectional = true,
        };
        var pushed = await node.Node.Calls.NewTracksAsync(
            new NewTracksRequest(session, [track], offered.Description, DiscoversTracks: false),
            CancellationToken.None
        );
        Assert.True(pushed.IsDone, pushed.Error?.Description);
        Assert.Null(pushed.Value.Tracks[0].Error);
        return pushed.Value.Description!;
    }

    /// <summary>A client that publishes; returns its session.</summary>
    private static async Task<string> SpeakAsync(NodeHarness node)
    {
        var publisher = await node.PushAsync();
        return publisher.SessionId;
    }

    /// <summary>Sends a microphone in a section that is agreed already.</summary>
    private static async Task CarryAsync(
        NodeHarness node,
        SessionKey session,
        string publisher,
        string mid
    )
    {
        var pull = node.AskAsync(session, NodeHarness.Remote(publisher, "mic") with { Mid = mid });
        node.RunUntil(() => pull.IsCompleted, "The pull did not come back.");
        var carried = await pull;
        Assert.True(carried.IsDone, carried.Error?.Description);
        Assert.Null(carried.Value.Tracks[0].Error);
        Assert.False(carried.Value.RequiresRenegotiation);
    }

    /// <summary>A client that pulls a track; everybody is driven until its first packet has come.</summary>
    private static async Task<SocketClient> ListenAsync(
        NodeHarness driver,
        NodeHarness node,
        TrackRequest track
    )
    {
        var session = new SessionKey("app", await node.NewSessionAsync());
        var pull = node.AskAsync(session, track);
        driver.RunUntil(() => pull.IsCompleted, "The pull did not come back.");
        return await node.AnswerAsync(session, await pull);
    }

    private static async Task<CallsSessionState?> StateAsync(
        NodeHarness node,
        SessionKey session
    ) => await node.Node.Calls.GetSessionAsync(session, CancellationToken.None);

    private static long Faults(NodeHarness node)
    {
        long faults = 0;
        foreach (var shard in node.Node.Shards)
        {
            faults += shard.Stats.Faults;
        }

        return faults;
    }
}
