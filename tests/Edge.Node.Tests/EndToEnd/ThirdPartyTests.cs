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

    /// <summary>The other node's API gives its side of a channel an id, as it does for clients; the session
    /// takes it from there. What goes in at one node's client comes out at the other's, and back.</summary>
    [Fact]
    public async Task DataChannel_WithTheIdOfTheOtherNode_MessagesGoBothWays()
    {
        await using var far = new NodeHarness();
        await using var near = new NodeHarness { Beside = far };
        var link = await ConnectAsync(near, far);
        near.RunUntil(
            () =>
                States(near, [link.Near]) is "connected" && States(far, [link.Far]) is "connected",
            "The nodes did not connect."
        );
        var writer = await near.JoinAsync();
        var written = await near.OpenAsync(writer, Channel("chat"));
        var reader = await far.JoinAsync();

        var there = await ChannelAsync(near, far, link.Far, Channel("chat"));
        var relayed = Channel("chat", writer.SessionId) with { CanReply = true, Id = there };
        Assert.Equal(there, await ChannelAsync(near, near, link.Near, relayed));
        var replying = Channel("chat", link.Far.SessionId) with { CanReply = true };
        var read = await far.OpenAsync(reader, replying);
        near.RunFor(0.2);
        near.Send(writer, written, "hello"u8);
        near.RunUntil(() => Messages(reader, read).Length > 0, "The message did not come.");
        far.Send(reader, read, "and back"u8);
        near.RunUntil(() => Messages(writer, written).Length > 0, "The reply did not come.");

        Assert.Equal(("hello", "and back"), (Messages(reader, read), Messages(writer, written)));
    }

    /// <summary>An id belongs to one channel, and 0 to the channel of events.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(65535)]
    public async Task DataChannel_IdThatCannotBeHad_Refused(int id)
    {
        await using var far = new NodeHarness();
        await using var near = new NodeHarness { Beside = far };
        var link = await ConnectAsync(near, far);
        near.RunUntil(() => States(near, [link.Near]) is "connected", "The nodes did not connect.");

        var made = await AskAsync(
            near,
            near,
            link.Near,
            Channel("one") with
            {
                Id = 7,
            },
            Channel("two") with
            {
                Id = 7,
            },
            Channel("three") with
            {
                Id = id,
            }
        );

        Assert.Equal([7, null, null], made.Channels.Select(channel => channel.Id));
        Assert.Equal(
            [null, CallsErrorCode.InvalidParams, CallsErrorCode.InvalidParams],
            made.Channels.Select(channel => channel.Error?.Code)
        );
    }

    /// <summary>Each session has a port of its own, so that many may speak with one server: neither end could
    /// tell their datagrams apart otherwise.</summary>
    [Fact]
    public async Task Renegotiate_ManySessionsWithOneServerAtOnce_EachHasItsOwnSound()
    {
        const int Sessions = 4;
        await using var far = new NodeHarness();
        await using var near = new NodeHarness { Beside = far };
        var links = await Task.WhenAll(
            Enumerable.Range(0, Sessions).Select(_ => ConnectAsync(near, far))
        );
        var mic = await SpeakAsync(near);
        var farMic = await SpeakAsync(far);
        var heard = new List<SocketClient>();
        foreach (var link in links)
        {
            await CarryAsync(near, link.Near, mic, "#voice");
            await CarryAsync(far, link.Far, farMic, "#caller");
            var there = NodeHarness.Remote(link.Far.SessionId, "caller");
            heard.Add(await ListenAsync(near, far, there));
            var here = NodeHarness.Remote(link.Near.SessionId, "voice");
            heard.Add(await ListenAsync(near, near, here));
        }

        near.RunUntil(
            () => heard.TrueForAll(client => Heard(client) >= PacketsMin),
            "A session carries nothing."
        );
        Assert.Equal(
            string.Join(' ', Enumerable.Repeat("connected", Sessions)),
            States(near, [.. links.Select(link => link.Near)])
        );
    }

    private static DataChannelRequest Channel(string name, string? publisher = null) =>
        new()
        {
            Location = publisher is null ? TrackLocation.Local : TrackLocation.Remote,
            SessionId = publisher,
            Name = name,
        };

    private static async Task<int> ChannelAsync(
        NodeHarness driver,
        NodeHarness node,
        SessionKey session,
        DataChannelRequest channel
    )
    {
        var made = Assert.Single((await AskAsync(driver, node, session, channel)).Channels);
        Assert.True(made.Error is null, made.Error?.Description);
        return made.Id!.Value;
    }

    private static async Task<DataChannelsOutcome> AskAsync(
        NodeHarness driver,
        NodeHarness node,
        SessionKey session,
        params DataChannelRequest[] channels
    )
    {
        var asked = node
            .Node.Calls.NewDataChannelsAsync(
                new DataChannelsRequest(session, [.. channels]),
                CancellationToken.None
            )
            .AsTask();
        driver.RunUntil(() => asked.IsCompleted, "The request for channels did not come back.");
        var made = await asked;
        Assert.True(made.IsDone, made.Error?.Description);
        return made.Value;
    }

    private static string Messages(SocketClient client, int id) =>
        string.Join(
            ' ',
            client
                .Client.Channels!.MessagesOf(id)
                .Select(message => System.Text.Encoding.UTF8.GetString(message))
        );

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
    ) => (await node.Node.Calls.GetSessionAsync(session, CancellationToken.None)).Value;

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
