using Control.Contract;
using Control.Contract.Calls;
using Edge.Node.Sessions;
using Edge.Node.Tests.Serving;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Groups of the session and track API: a session in one sees nothing of another.</summary>
public sealed class CallsGroupTests
{
    private const string Group = "room";

    /// <summary>To a session in a group, others are as unknown as one that never was; a session without a
    /// group pulls from all.</summary>
    [Theory]
    [InlineData(Group, Group, true)]
    [InlineData(Group, "other", false)]
    [InlineData(null, "other", false)]
    [InlineData(null, Group, false)]
    [InlineData(Group, null, true)]
    [InlineData(null, null, true)]
    public async Task Pull_FromAGroup_OwnGroupOnly(string? publishing, string? pulling, bool isSeen)
    {
        await using var harness = new NodeHarness(Impatient());
        var publisher = await ConnectedAsync(harness, publishing);
        var id = await harness.NewSessionAsync(group: pulling);

        var pulled = await harness.AskAsync(
            new SessionKey("app", id),
            NodeHarness.Remote(publisher.SessionId, "cam"),
            NodeHarness.Remote("nowhere", "cam")
        );

        var (seen, unknown) = (pulled.Value!.Tracks[0].Error, pulled.Value.Tracks[1].Error);
        Assert.Equal(CallsErrorCode.TrackNotFound, unknown?.Code);
        Assert.Equal(isSeen ? null : unknown, seen);
    }

    /// <summary>The node goes away: whoever reads of sessions that it has is told, and nobody else, whose sessions another
    /// node has by then.</summary>
    [Fact]
    public async Task GoAway_ReadersOfWhatIsHere_ToldAndNobodyElse()
    {
        await using var harness = new NodeHarness(Impatient());
        var id = await harness.NewSessionAsync(group: Group);
        var gone = await harness.NewSessionAsync(group: "other");
        await using var of = new EventLog(harness.Node.Calls, id);
        await using var ofGone = new EventLog(harness.Node.Calls, gone);
        await using var ofGroup = new EventLog(harness.Node.Calls, group: Group);
        await using var ofGoneGroup = new EventLog(harness.Node.Calls, group: "other");
        await using var ofApp = new EventLog(harness.Node.Calls);
        await harness.Node.Calls.DeleteSessionAsync(new("app", gone), CancellationToken.None);

        harness.Node.Calls.GoAway(TimeSpan.FromMinutes(1));

        await Waiting.UntilAsync(() =>
            ((EventLog[])[of, ofGroup, ofApp]).All(log => log.Count(CallsEventKind.GoingAway) == 1)
        );
        await using var late = new EventLog(harness.Node.Calls, gone);
        await using var lateHere = new EventLog(harness.Node.Calls, id);
        await Waiting.UntilAsync(() => lateHere.Count(CallsEventKind.GoingAway) == 1);
        Assert.All(
            [ofGone, ofGoneGroup, late],
            log => Assert.Equal(0, log.Count(CallsEventKind.GoingAway))
        );
    }

    /// <summary>Pointing an agreed section at a track is a pull too.</summary>
    [Fact]
    public async Task Update_ToATrackOfAnotherGroup_IsNotFound()
    {
        await using var harness = new NodeHarness(Impatient());
        var own = await ConnectedAsync(harness, Group);
        var foreign = await ConnectedAsync(harness, "other");
        var session = new SessionKey("app", await harness.NewSessionAsync(group: Group));
        var viewer = await harness.AnswerAsync(
            session,
            await harness.AskAsync(session, NodeHarness.Remote(own.SessionId, "cam"))
        );
        var state = await harness.StateAsync(viewer);
        Assert.Equal(Group, state.Group);

        var updated = await harness.Node.Calls.UpdateTracksAsync(
            new UpdateTracksRequest(
                session,
                [NodeHarness.Remote(foreign.SessionId, "cam") with { Mid = state.Tracks[0].Mid }]
            ),
            CancellationToken.None
        );

        Assert.Equal(CallsErrorCode.TrackNotFound, updated.Value!.Tracks[0].Error?.Code);
        harness.RunUntil(
            () => viewer.Client.Played[0].CompleteFrames >= 10,
            "The viewer lost its own group's video."
        );
    }

    /// <summary>What is written in one group is not read in another.</summary>
    [Fact]
    public async Task Read_ChannelOfAnotherGroup_SameErrorAsUnknown()
    {
        await using var harness = new NodeHarness(Impatient());
        var publisher = await harness.JoinAsync(group: Group);
        await harness.OpenAsync(publisher, Channel(TrackLocation.Local, publisher));
        var neighbour = await harness.JoinAsync(group: Group);
        await harness.OpenAsync(neighbour, Channel(TrackLocation.Remote, publisher));
        var stranger = await harness.JoinAsync(group: "other");

        var asked = await harness.ChannelsAsync(
            stranger,
            Channel(TrackLocation.Remote, publisher),
            Channel(TrackLocation.Remote, publisher) with
            {
                SessionId = "nowhere",
            }
        );

        Assert.NotNull(asked.Channels[0].Error);
        Assert.Equal(asked.Channels[1].Error, asked.Channels[0].Error);
    }

    [Fact]
    public async Task ListAndEvents_OfAGroup_NothingOfOthersAndNoGapInTheNumbers()
    {
        await using var harness = new NodeHarness(Impatient());
        await using var events = new EventLog(harness.Node.Calls, group: Group);
        var own = await ConnectedAsync(harness, Group);
        await ConnectedAsync(harness, "other");
        await ConnectedAsync(harness, group: null);
        Assert.Null(
            await harness.Node.Calls.DeleteSessionAsync(
                new SessionKey("app", own.SessionId),
                CancellationToken.None
            )
        );
        harness.RunUntil(
            () => events.Count(CallsEventKind.SessionEnded) > 0,
            "Nobody was told of the end."
        );
        var seen = events.All.ToList();

        Assert.Equal(CallsEventKind.SessionEnded, seen[^1].Kind);
        Assert.All(
            seen,
            each => Assert.Equal((own.SessionId, Group), (each.SessionId, each.Group))
        );
        Assert.Equal(
            Enumerable.Range(1, seen.Count).Select(number => (long)number),
            seen.Select(each => each.Sequence)
        );
        Assert.Empty(await ListAsync(harness, Group));
        Assert.Single(await ListAsync(harness, "other"));
        Assert.Equal(2, (await ListAsync(harness, group: null)).Count);
    }

    private static async Task<IReadOnlyList<CallsSessionState>> ListAsync(
        NodeHarness harness,
        string? group
    )
    {
        var page = await harness.Node.Calls.ListSessionsAsync(
            new ListSessionsRequest("app", group, After: null, CountMax: 10),
            CancellationToken.None
        );
        Assert.Null(page.Next);
        return page.Sessions;
    }

    private static DataChannelRequest Channel(TrackLocation location, SocketClient publisher) =>
        new()
        {
            Location = location,
            SessionId = location == TrackLocation.Remote ? publisher.SessionId : null,
            Name = "chat",
        };

    private static MediaNodeOptions Impatient() =>
        NodeHarness.Options() with
        {
            Calls = new CallsNodeLimits { MediaWait = TimeSpan.FromMilliseconds(200) },
        };

    private static async Task<SocketClient> ConnectedAsync(NodeHarness harness, string? group)
    {
        var publisher = await harness.PushAsync(group: group);
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        harness.RunFor(0.2);
        return publisher;
    }
}
