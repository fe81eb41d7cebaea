using System.Collections.Immutable;
using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Control.Server.Placement;

namespace Control.Server.Tests.Placement;

/// <summary>All nodes of all PoPs as one: where new sessions go, and who is asked for old ones.</summary>
public sealed class MeshNodeTests : IAsyncLifetime
{
    private const string Fra = "fra";
    private const string Ams = "ams";

    private static readonly SessionRequest Request = new(Samples.Stream, "v=0");
    private static readonly NewSessionRequest NewSession = new("shop", null, false, null, null);

    private readonly MeshWorld _world = new();

    public static TheoryData<string> OfSessions() =>
        [.. Samples.Members.Where(each => each.IsOfSession).Select(each => each.Name)];

    [Fact]
    public async Task NewSession_NodesOfBothPops_AtOneOfTheOwn()
    {
        var own = _world.StartNode(Fra, "n1");
        var other = _world.StartNode(Ams, "n1");
        own.MakeSessions();
        other.MakeSessions();
        var control = await _world.StartControlAsync(Fra, nodes: 2);
        for (var count = 0; count < 10; count++)
        {
            Assert.True((await control.Node.Calls!.CreateSessionAsync(NewSession, default)).IsDone);
            Assert.IsType<SessionResult.Created>(await control.Node.PublishAsync(Request, default));
        }

        Assert.Equal(20, own.Script.Asked.Count);
        Assert.Empty(other.Script.Asked);
    }

    /// <summary>All of a second go by what was placed meanwhile, not by what was announced.</summary>
    [Fact]
    public async Task NewSession_ManyAtOnce_SpreadOverTheNodes()
    {
        var first = _world.StartNode(Fra, "n1", sessionsMax: 50);
        var second = _world.StartNode(Fra, "n2", sessionsMax: 50);
        first.MakeSessions();
        second.MakeSessions();
        var control = await _world.StartControlAsync(Fra, nodes: 2);

        for (var count = 0; count < 40; count++)
        {
            Assert.True((await control.Node.Calls!.CreateSessionAsync(NewSession, default)).IsDone);
        }

        // An announcement in between forgets what was placed, since these nodes do not count.
        Assert.InRange(first.Script.Asked.Count, 10, 30);
        Assert.Equal(40, first.Script.Asked.Count + second.Script.Asked.Count);
    }

    [Fact]
    public async Task NewSession_NodeDrains_NeverThere()
    {
        var draining = _world.StartNode(Fra, "n1");
        var other = _world.StartNode(Fra, "n2");
        draining.MakeSessions();
        other.MakeSessions();
        var control = await _world.StartControlAsync(Fra, nodes: 2);
        draining.Service.Tell(NodeReadiness.Draining);
        await control.KnowAsync(nodes: 1);

        for (var count = 0; count < 20; count++)
        {
            Assert.IsType<SessionResult.Created>(await control.Node.PublishAsync(Request, default));
        }

        Assert.Empty(draining.Script.Asked);
    }

    /// <summary>Refused where it is asked first: the next of the own PoP, and then another PoP.</summary>
    [Fact]
    public async Task NewSession_OwnNodesRefuse_TheNextAndThenAnotherPop()
    {
        var full = new CallsError(CallsErrorCode.Overloaded, "Full.", TimeSpan.FromSeconds(10));
        MeshWorld.Node[] own = [_world.StartNode(Fra, "n1"), _world.StartNode(Fra, "n2")];
        var other = _world.StartNode(Ams, "n1");
        foreach (var node in own)
        {
            node.Script.On("CreateSessionAsync", full);
            node.Script.On(
                "PublishAsync",
                new SessionResult.Refused(RefusalReason.Overloaded, "Full.")
            );
        }

        other.MakeSessions();
        var control = await _world.StartControlAsync(Fra, nodes: 3);

        Assert.True((await control.Node.Calls!.CreateSessionAsync(NewSession, default)).IsDone);
        Assert.IsType<SessionResult.Created>(await control.Node.PublishAsync(Request, default));
        Assert.All(own, node => Assert.Equal(2, node.Script.Asked.Count));
        Assert.Equal(2, other.Script.Asked.Count);
    }

    /// <summary>A node that died is still known for some seconds: whoever comes meanwhile is served elsewhere.</summary>
    [Fact]
    public async Task NewSession_NodeIsDead_ElsewhereAndThenNotAskedAtAll()
    {
        var dead = _world.StartNode(Fra, "n1");
        var other = _world.StartNode(Fra, "n2");
        other.MakeSessions();
        var control = await _world.StartControlAsync(Fra, nodes: 2);
        dead.Vanish();

        for (var count = 0; count < 10; count++)
        {
            Assert.True((await control.Node.Calls!.CreateSessionAsync(NewSession, default)).IsDone);
        }

        Assert.True(control.Directory.Find(dead.Address)!.IsAvoided);
    }

    /// <summary>What is wrong with a request is wrong everywhere.</summary>
    [Theory]
    [InlineData(RefusalReason.Malformed)]
    [InlineData(RefusalReason.Unsupported)]
    [InlineData(RefusalReason.NoPublisher)]
    public async Task NewSession_RefusedForGood_AskedOnce(RefusalReason reason)
    {
        MeshWorld.Node[] nodes = [_world.StartNode(Fra, "n1"), _world.StartNode(Ams, "n1")];
        foreach (var node in nodes)
        {
            node.Script.On("PlayAsync", new SessionResult.Refused(reason, "No."));
        }

        var control = await _world.StartControlAsync(Fra, nodes: 2);

        var refused = Assert.IsType<SessionResult.Refused>(
            await control.Node.PlayAsync(Request, default)
        );

        Assert.Equal(reason, refused.Reason);
        Assert.Equal(1, nodes.Sum(node => node.Script.Asked.Count));
    }

    [Fact]
    public async Task NewSession_NobodyHasRoom_OverloadedWithDifferentWaits()
    {
        var node = _world.StartNode(Fra, "n1");
        node.Script.On(
            "CreateSessionAsync",
            new CallsError(CallsErrorCode.Overloaded, "Full.", TimeSpan.FromSeconds(10))
        );
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var waits = new HashSet<TimeSpan>();
        for (var count = 0; count < 20; count++)
        {
            var result = await control.Node.Calls!.CreateSessionAsync(NewSession, default);
            Assert.Equal(CallsErrorCode.Overloaded, result.Error?.Code);
            Assert.InRange(result.Error!.RetryAfter!.Value.TotalSeconds, 5, 15);
            waits.Add(result.Error.RetryAfter.Value);
        }

        Assert.True(waits.Count > 15);
    }

    [Fact]
    public async Task NewSession_NoNodeAtAll_Overloaded()
    {
        var control = await _world.StartControlAsync(Fra, nodes: 0);

        var result = await control.Node.Calls!.CreateSessionAsync(NewSession, default);
        var refused = Assert.IsType<SessionResult.Refused>(
            await control.Node.PublishAsync(Request, default)
        );

        Assert.Equal(CallsErrorCode.Overloaded, result.Error?.Code);
        Assert.Equal(RefusalReason.Overloaded, refused.Reason);
        Assert.NotNull(refused.RetryAfter);
        Assert.False(control.Mesh.IsReady);
    }

    /// <summary>Every operation on a session goes to its owner, in the own PoP or in another one, and to nobody
    /// else.</summary>
    [Theory]
    [MemberData(nameof(OfSessions))]
    public async Task Session_OfAnyNode_ItsOwnerIsAsked(string name)
    {
        var member = Samples.Members.Single(each =>
            string.Equals(each.Name, name, StringComparison.Ordinal)
        );
        MeshWorld.Node[] nodes =
        [
            _world.StartNode(Fra, "n1"),
            _world.StartNode(Fra, "n2"),
            _world.StartNode(Ams, "n1"),
        ];
        foreach (var node in nodes)
        {
            node.Script.On(name, member.Answers[0]);
        }

        var control = await _world.StartControlAsync(Fra, nodes: 3);
        foreach (var owner in nodes)
        {
            _ = await member.AskAsync(control.Node, owner.DrawSession());

            Assert.Equal(1, owner.Script.Count(name));
            Assert.Equal(1, nodes.Sum(node => node.Script.Asked.Count));
            owner.Script.Asked.Clear();
        }
    }

    /// <summary>An id that no key of the own PoP has made costs no node anything.</summary>
    [Theory]
    [MemberData(nameof(OfSessions))]
    public async Task Session_ForgedOrNone_GoneAndNobodyIsAsked(string name)
    {
        var member = Samples.Members.Single(each =>
            string.Equals(each.Name, name, StringComparison.Ordinal)
        );
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        foreach (var id in (string[])["none", _world.DrawId(Fra, "n1", keyId: 5)])
        {
            var result = await member.AskAsync(control.Node, new SessionKey("shop", id));
            var isGone =
                result
                is IceUpdateResult.NotFound
                    or CloseResult.NotFound
                    or DescribeResult.NotFound
                    or PlayerChangeResult.NotFound;
            Assert.True(isGone || CodeOf(result) == CallsErrorCode.SessionGone);
        }

        Assert.Empty(node.Script.Asked);
    }

    [Fact]
    public async Task Session_OfANewerVersion_UnavailableNotGone()
    {
        var control = await _world.StartControlAsync(Fra, nodes: 0);
        var newer = new SessionKey("shop", "Ag" + _world.DrawId(Fra, "n1")[2..]);

        var read = await control.Node.Calls!.GetSessionAsync(newer, default);

        Assert.Equal(CallsErrorCode.Unavailable, read.Error?.Code);
        Assert.NotNull(read.Error?.RetryAfter);
        Assert.IsType<DescribeResult.Unavailable>(await control.Node.DescribeAsync(newer, default));
        Assert.IsType<CloseResult.Unavailable>(await control.Node.CloseAsync(newer, default));
    }

    /// <summary>An owner that dies takes its sessions along, but not before they would have ended anyway.</summary>
    [Fact]
    public async Task Session_OwnerDies_UnavailableAndLaterGone()
    {
        var owner = _world.StartNode(Ams, "n1");
        owner.Script.On("GetSessionAsync", Samples.State("id"));
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var session = owner.DrawSession();
        Assert.True((await control.Node.Calls!.GetSessionAsync(session, default)).IsDone);

        owner.Vanish();
        var soon = await control.Node.Calls.GetSessionAsync(session, default);
        _world.Time.Advance(NodeDirectory.LostAfter);
        var later = await control.Node.Calls.GetSessionAsync(session, default);

        Assert.Equal(CallsErrorCode.Unavailable, soon.Error?.Code);
        Assert.Equal(CallsErrorCode.SessionGone, later.Error?.Code);
    }

    [Fact]
    public async Task List_ThreeNodesOfTwoPops_PagesOfAll()
    {
        MeshWorld.Node[] nodes =
        [
            _world.StartNode(Fra, "n1"),
            _world.StartNode(Fra, "n2"),
            _world.StartNode(Ams, "n1"),
        ];
        var all = new List<string>();
        foreach (var node in nodes)
        {
            ImmutableArray<string> ids =
            [
                .. Enumerable
                    .Range(0, 7)
                    .Select(_ => node.DrawSession().SessionId)
                    .Order(StringComparer.Ordinal),
            ];
            all.AddRange(ids);
            node.Script.On("ListSessionsAsync", request => List(ids, (ListSessionsRequest)request));
        }

        var control = await _world.StartControlAsync(Fra, nodes: 3);
        _world.Time.Advance(NodeAnnouncement.SilenceMax - TimeSpan.FromSeconds(1));
        await AnnounceAsync(control, nodes);
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await control.Node.Calls!.ListSessionsAsync(
                new ListSessionsRequest("shop", "room", after, CountMax: 4),
                default
            );
            Assert.False(page.IsIncomplete);
            Assert.InRange(page.Sessions.Length, 1, 4);
            seen.AddRange(page.Sessions.Select(each => each.SessionId));
            after = page.Next;
        } while (after is not null);

        Assert.Equal(all.Order(StringComparer.Ordinal), seen, StringComparer.Ordinal);
        Assert.All(
            nodes,
            node =>
                Assert.All(
                    node.Script.Asked,
                    asked => Assert.Equal("room", ((ListSessionsRequest)asked.Request).Group)
                )
        );
    }

    /// <summary>A node that may have sessions does not answer: what the others have is shown, and that some may
    /// be missing. When it has said goodbye, nothing is missing.</summary>
    [Fact]
    public async Task List_ANodeDoesNotAnswer_SaysThatItIsIncomplete()
    {
        var silent = _world.StartNode(Fra, "n1");
        var other = _world.StartNode(Fra, "n2");
        silent.Script.On("ListSessionsAsync", new SessionPage([], null));
        other.Script.On("ListSessionsAsync", new SessionPage([Samples.State("id")], null));
        var control = await _world.StartControlAsync(Fra, nodes: 2);
        var request = new ListSessionsRequest("shop", null, null, 10);
        // Nobody can know yet who else is there.
        Assert.True((await control.Node.Calls!.ListSessionsAsync(request, default)).IsIncomplete);
        _world.Time.Advance(NodeAnnouncement.SilenceMax);
        Assert.False((await control.Node.Calls.ListSessionsAsync(request, default)).IsIncomplete);

        silent.Vanish();
        var part = await control.Node.Calls.ListSessionsAsync(request, default);
        Assert.True(part.IsIncomplete);
        Assert.Equal("id", part.Sessions.Single().SessionId);

        await silent.RestartAsync();
        await silent.Service.DisposeAsync();
        await Waiting.UntilAsync(() =>
            control.Directory.Find(silent.Address)!.Standing == NodeStanding.Stopped
        );
        Assert.False((await control.Node.Calls.ListSessionsAsync(request, default)).IsIncomplete);
    }

    [Fact]
    public async Task List_NatsIsAway_SaysThatItIsIncomplete()
    {
        var node = _world.StartNode(Fra, "n1");
        node.Script.On("ListSessionsAsync", new SessionPage([Samples.State("id")], null));
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        _world.Time.Advance(NodeAnnouncement.SilenceMax);
        control.Nats.Disconnect();
        await Waiting.UntilAsync(() => !control.Directory.IsSettled);

        var page = await control.Node.Calls!.ListSessionsAsync(
            new ListSessionsRequest("shop", null, null, 10),
            default
        );

        Assert.True(page.IsIncomplete);
        Assert.Single(page.Sessions);
    }

    /// <summary>With NATS away, the own PoP goes on.</summary>
    [Fact]
    public async Task NatsIsAway_OwnPop_TakesSessionsAndServesThem()
    {
        var node = _world.StartNode(Fra, "n1");
        node.MakeSessions();
        node.Script.On("GetSessionAsync", Samples.State("id"));
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        control.Nats.Disconnect();

        var made = await control.Node.Calls!.CreateSessionAsync(NewSession, default);

        var session = new SessionKey("shop", made.Value!.SessionId);
        Assert.True((await control.Node.Calls.GetSessionAsync(session, default)).IsDone);
    }

    [Fact]
    public async Task CloseAppAndGoAwayAndIsLive_EveryNodeOfEveryPop()
    {
        MeshWorld.Node[] nodes = [_world.StartNode(Fra, "n1"), _world.StartNode(Ams, "n1")];
        foreach (var node in nodes)
        {
            node.Script.On("CloseAppAsync", _ => null);
            node.Script.On("IsLiveAsync", answer: ReferenceEquals(node, nodes[1]));
        }

        var control = await _world.StartControlAsync(Fra, nodes: 2);

        await control.Node.CloseAppAsync("shop");
        control.Node.Calls!.GoAway(TimeSpan.FromSeconds(9));

        Assert.True(await control.Node.IsLiveAsync(Samples.Stream, default));
        await Waiting.UntilAsync(() => nodes.All(node => node.Script.Count("GoAway") == 1));
        Assert.All(nodes, node => Assert.Equal(1, node.Script.Count("CloseAppAsync")));
        nodes[1].Script.On("IsLiveAsync", answer: false);
        Assert.False(await control.Node.IsLiveAsync(Samples.Stream, default));
    }

    /// <summary>Viewers are where they came in, in any PoP; a node that cannot say how many it has is left out.</summary>
    [Fact]
    public async Task CountViewers_SumOfNodesThatAnswer()
    {
        var first = _world.StartNode(Fra, "n1");
        var second = _world.StartNode(Ams, "n1");
        var older = _world.StartNode(Ams, "n2");
        first.Script.On("CountViewersAsync", new ViewerCountResult([1, 20]));
        second.Script.On("CountViewersAsync", new ViewerCountResult([3, 40]));
        var control = await _world.StartControlAsync(Fra, nodes: 3);
        var question = new ViewerCountRequest([Samples.Stream, new StreamKey("shop", "b")]);

        var counted = await control.Node.CountViewersAsync(question, default);

        Assert.Equal([4, 60], counted.Viewers.ToArray());
        Assert.Equal(1, older.Script.Count("CountViewersAsync"));
    }

    /// <summary>A node that does not answer counts as it said last, for ten seconds: no sum that falls and rises again is
    /// told as news.</summary>
    [Fact]
    public async Task CountViewers_NodeMissesIt_ItsLastAnswerForTenSeconds()
    {
        var first = _world.StartNode(Fra, "n1");
        var second = _world.StartNode(Ams, "n1");
        first.Script.On("CountViewersAsync", new ViewerCountResult([500, 0]));
        second.Script.On("CountViewersAsync", new ViewerCountResult([400, 7]));
        var control = await _world.StartControlAsync(Fra, nodes: 2);
        var question = new ViewerCountRequest([Samples.Stream, new StreamKey("shop", "b")]);
        await control.Node.CountViewersAsync(question, default);

        second.Script.On("CountViewersAsync", new ViewerCountResult([]));
        Assert.Equal("900, 7", await CountAsync());
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        first.Script.On("CountViewersAsync", new ViewerCountResult([500]));
        second.Script.On("CountViewersAsync", new ViewerCountResult([300, 0]));
        Assert.Equal("800, 0", await CountAsync());
        _world.Time.Advance(TimeSpan.FromSeconds(6));
        second.Script.On("CountViewersAsync", new ViewerCountResult([]));
        Assert.Equal("300, 0", await CountAsync());
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(await CountAsync());

        async Task<string> CountAsync()
        {
            // Time passes at control alone, which would take the nodes for dead.
            first.Announce();
            second.Announce();
            await control.KnowAsync(nodes: 2);
            var counted = await control.Node.CountViewersAsync(question, default);
            return string.Join(", ", counted.Viewers);
        }
    }

    [Fact]
    public async Task Report_SumOfNodesThatAreThere()
    {
        var first = _world.StartNode(Fra, "n1");
        var second = _world.StartNode(Ams, "n1");
        first.Script.Totals = new NodeReport(1, 2, 3, 4, 5, 6);
        second.Script.Totals = new NodeReport(10, 20, 30, 40, 50, 60);
        var control = await _world.StartControlAsync(Fra, nodes: 2);

        await Waiting.UntilAsync(() =>
            control.Node.Report() == new NodeReport(11, 22, 33, 44, 55, 66)
        );
        _world.Time.Advance(NodeAnnouncement.SilenceMax);
        second.Vanish();
        await Waiting.UntilAsync(() => control.Node.Report() == first.Script.Totals);
        Assert.Equal(new CallsNodeLimits(), control.Node.Calls!.Limits);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private static SessionPage List(ImmutableArray<string> ids, ListSessionsRequest request)
    {
        ImmutableArray<CallsSessionState> page =
        [
            .. ids.Where(id =>
                    request.After is null || string.CompareOrdinal(id, request.After) > 0
                )
                .Take(request.CountMax)
                .Select(Samples.State),
        ];
        return new SessionPage(page, page.Length < request.CountMax ? null : page[^1].SessionId);
    }

    private static async Task AnnounceAsync(MeshWorld.Control control, MeshWorld.Node[] nodes)
    {
        foreach (var node in nodes)
        {
            node.Announce();
        }

        await control.KnowAsync(nodes.Length);
    }

    private static CallsErrorCode? CodeOf(object? result) =>
        (
            result as CallsError
            ?? result?.GetType().GetProperty("Error")?.GetValue(result) as CallsError
        )?.Code;
}
