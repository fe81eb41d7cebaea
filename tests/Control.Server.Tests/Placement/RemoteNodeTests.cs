using System.Text.Json;
using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Control.Server.Placement;

namespace Control.Server.Tests.Placement;

/// <summary>A node in another process answers as one in this process would; and when it does not answer,
/// that is a refusal of the contract.</summary>
public sealed class RemoteNodeTests : IAsyncLifetime
{
    private const string Pop = "fra";

    private readonly MeshWorld _world = new();

    public static TheoryData<string, int> Answers()
    {
        var data = new TheoryData<string, int>();
        foreach (var member in Samples.Members)
        {
            for (var index = 0; index < member.Answers.Length; index++)
            {
                data.Add(member.Name, index);
            }
        }

        return data;
    }

    public static TheoryData<string> Members() => [.. Samples.Members.Select(each => each.Name)];

    /// <summary>Whoever adds a member to the contract adds it here.</summary>
    [Fact]
    public void Samples_EveryMember_IsThere()
    {
        var members = typeof(IMediaNode)
            .GetMethods()
            .Concat(typeof(ICallsNode).GetMethods())
            .Where(method => !method.IsSpecialName)
            .Select(method => method.Name)
            // Those that are told, or have tests of their own.
            .Except(
                [
                    nameof(IMediaNode.Report),
                    nameof(ICallsNode.ReadEventsAsync),
                    nameof(ICallsNode.GoAway),
                ],
                StringComparer.Ordinal
            );

        Assert.Equal(
            members.Order(StringComparer.Ordinal),
            Samples.Members.Select(each => each.Name).Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
    }

    /// <summary>The same member called directly and by message: the node sees the same, and so does the
    /// caller.</summary>
    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Member_ByMessage_AsIfItWereHere(string name, int answer)
    {
        var member = Find(name);
        var local = new ScriptedNode();
        local.On(name, member.Answers[answer]);
        var node = _world.StartNode(Pop, "n1");
        node.Script.On(name, member.Answers[answer]);
        var session = node.DrawSession();
        var remote = await RemoteAsync(node);

        var expected = await member.AskAsync(local, session);
        var actual = await member.AskAsync(remote, session);

        Assert.Equal(ToText(expected), ToText(actual));
        Assert.Equal(expected?.GetType(), actual?.GetType());
        Assert.Equal(
            ToText(local.Asked.Single().Request),
            ToText(node.Script.Asked.Single().Request)
        );
    }

    [Fact]
    public async Task ReportAndLimits_AsAnnounced()
    {
        var node = _world.StartNode(Pop, "n1");
        node.Script.Totals = new NodeReport(1, 2, 3, 4, 5, 6);
        var control = await _world.StartControlAsync(Pop, nodes: 1);
        await Waiting.UntilAsync(() => control.Node.Report().Players == 2);
        var remote = new RemoteNode(node.Address, control.Mesh.Parts);

        Assert.Equal(node.Script.Totals, remote.Report());
        Assert.Equal(node.Script.Limits, remote.Limits);
    }

    [Fact]
    public async Task GoAway_ReachesTheNode()
    {
        var node = _world.StartNode(Pop, "n1");
        var remote = await RemoteAsync(node);

        remote.GoAway(TimeSpan.FromSeconds(30));

        await Waiting.UntilAsync(() =>
            node.Script.Asked.Contains(("GoAway", TimeSpan.FromSeconds(30)))
        );
    }

    /// <summary>Nobody answers under the node's name, and it was heard of lately: its sessions may live.</summary>
    [Theory]
    [MemberData(nameof(Members))]
    public async Task Member_NobodyAnswers_Unavailable(string name)
    {
        var node = _world.StartNode(Pop, "n1");
        var remote = await RemoteAsync(node);
        node.Vanish();

        AssertUnavailable(await Find(name).AskAsync(remote, node.DrawSession()), isGone: false);
    }

    /// <summary>Nobody answers, and the node was not heard of for as long as its sessions last.</summary>
    [Theory]
    [MemberData(nameof(Members))]
    public async Task Member_NodeAwayForLong_SessionGone(string name)
    {
        var member = Find(name);
        var node = _world.StartNode(Pop, "n1");
        var remote = await RemoteAsync(node);
        node.Vanish();
        _world.Time.Advance(NodeDirectory.LostAfter);

        AssertUnavailable(
            await member.AskAsync(remote, node.DrawSession()),
            isGone: member.IsOfSession
        );
    }

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Member_NotConnected_Unavailable(string name)
    {
        var node = _world.StartNode(Pop, "n1");
        var control = await _world.StartControlAsync(Pop, nodes: 1);
        var remote = new RemoteNode(node.Address, control.Mesh.Parts);
        control.Lan.Disconnect();
        _world.Time.Advance(NodeDirectory.LostAfter);

        AssertUnavailable(await Find(name).AskAsync(remote, node.DrawSession()), isGone: false);
    }

    /// <summary>The connection is lost while an answer is waited for.</summary>
    [Theory]
    [MemberData(nameof(Members))]
    public async Task Member_NoAnswerComes_Unavailable(string name)
    {
        var control = await _world.StartControlAsync(Pop, nodes: 0);
        var node = new NodeAddress(control.Mesh.Parts.Buses.OwnPop, 7);
        var silent = _world.ConnectLan(Pop);
        using var asked = new SemaphoreSlim(0);
        using var subscription = silent.Subscribe(NodeSubject.Requests(node), _ => asked.Release());
        var remote = new RemoteNode(node, control.Mesh.Parts);

        var asking = Find(name).AskAsync(remote, new SessionKey("shop", "id"));
        await asked.WaitAsync();
        control.Lan.Disconnect();

        AssertUnavailable(await asking, isGone: false);
    }

    [Theory]
    [InlineData("""[1,"fault",{"kind":"Overloaded","detail":"x","retryAfter":"00:00:04"}]""", 503)]
    [InlineData("""[1,"fault",{"kind":"Failed","detail":"x"}]""", 503)]
    [InlineData("""[1,"fault",{"kind":"TimedOut","detail":"x"}]""", 503)]
    [InlineData("""[1,"fault",{"kind":"Later","detail":"x"}]""", 503)]
    [InlineData("""[1,"fault",{"kind":"TooLong","detail":"x"}]""", 422)]
    [InlineData("""[1,"done",{"is":"later"}]""", 503)]
    [InlineData("""[1,"later",{}]""", 503)]
    [InlineData("""[1,"refused",{"code":"None","description":"x"}]""", 503)]
    [InlineData("""[9,"done",{}]""", 503)]
    [InlineData("", 503)]
    public async Task Answer_ThatIsNone_ARefusal(string answer, int status)
    {
        var control = await _world.StartControlAsync(Pop, nodes: 0);
        var node = new NodeAddress(control.Mesh.Parts.Buses.OwnPop, 7);
        var odd = _world.ConnectLan(Pop);
        using var subscription = odd.Subscribe(
            NodeSubject.Requests(node),
            message => odd.TryPublish(message.ReplyTo!, System.Text.Encoding.UTF8.GetBytes(answer))
        );
        var remote = new RemoteNode(node, control.Mesh.Parts);

        var result = await remote.PublishAsync(new(Samples.Stream, "v=0"), default);

        var refused = Assert.IsType<SessionResult.Refused>(result);
        Assert.Equal(
            status,
            refused.Reason switch
            {
                RefusalReason.Overloaded or RefusalReason.Unavailable => 503,
                RefusalReason.Unsupported => 422,
                RefusalReason.Malformed or RefusalReason.NoPublisher or _ => 0,
            }
        );
    }

    /// <summary>An answer of a newer node has members that this version does not know.</summary>
    [Fact]
    public async Task Answer_OfANewerNode_Understood()
    {
        var control = await _world.StartControlAsync(Pop, nodes: 0);
        var node = new NodeAddress(control.Mesh.Parts.Buses.OwnPop, 7);
        var newer = _world.ConnectLan(Pop);
        using var subscription = newer.Subscribe(
            NodeSubject.Requests(node),
            message =>
                newer.TryPublish(
                    message.ReplyTo!,
                    """[1,"done",{"later":[1],"is":"created","sessionId":"s","answerSdp":"a","iceTag":"t"},null,{"trace":1}]"""u8
                )
        );
        var remote = new RemoteNode(node, control.Mesh.Parts);

        var result = await remote.PublishAsync(new(Samples.Stream, "v=0"), default);

        Assert.Equal(new SessionResult.Created("s", "a", "t"), result);
    }

    [Fact]
    public async Task Request_LongerThanAMessage_RefusedAndNotRetryable()
    {
        var node = _world.StartNode(Pop, "n1");
        var remote = await RemoteAsync(node);
        var offer = new SessionSdp(IsOffer: true, new string('x', 100_000));

        var published = await remote.PublishAsync(new(Samples.Stream, offer.Sdp), default);
        var restarted = await remote.RestartIceAsync(node.DrawSession(), offer, default);

        Assert.Equal(
            RefusalReason.Unsupported,
            Assert.IsType<SessionResult.Refused>(published).Reason
        );
        Assert.Equal(CallsErrorCode.InvalidSessionDescription, restarted.Error?.Code);
        Assert.Empty(node.Script.Asked);
    }

    /// <summary>Clients that are refused together must not come back together.</summary>
    [Fact]
    public async Task Refusals_OneAfterAnother_AdviseDifferentWaits()
    {
        var node = _world.StartNode(Pop, "n1");
        var remote = await RemoteAsync(node);
        node.Vanish();
        var waits = new HashSet<TimeSpan>();
        for (var count = 0; count < 20; count++)
        {
            var result = await remote.GetSessionAsync(node.DrawSession(), default);
            Assert.InRange(result.Error!.RetryAfter!.Value.TotalSeconds, 1, 3);
            waits.Add(result.Error.RetryAfter.Value);
        }

        Assert.True(waits.Count > 15);
    }

    /// <summary>Whoever has gone gets no answer to a question, but a session that is being made is heard of, so
    /// that it can be ended.</summary>
    [Fact]
    public async Task Cancelled_WhileASessionIsMade_StillAnswered()
    {
        var node = _world.StartNode(Pop, "n1");
        node.MakeSessions();
        var remote = await RemoteAsync(node);
        var gone = new CancellationToken(canceled: true);

        Assert.IsType<SessionResult.Created>(
            await remote.PublishAsync(new(Samples.Stream, "v=0"), gone)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await remote.GetSessionAsync(node.DrawSession(), gone)
        );
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private async Task<RemoteNode> RemoteAsync(MeshWorld.Node node)
    {
        var control = await _world.StartControlAsync(Pop, nodes: 1);
        return new RemoteNode(node.Address, control.Mesh.Parts);
    }

    private static Samples.Member Find(string name) =>
        Samples.Members.Single(each => string.Equals(each.Name, name, StringComparison.Ordinal));

    private static string ToText(object? value) => JsonSerializer.Serialize(value);

    private static void AssertUnavailable(object? result, bool isGone)
    {
        switch (result)
        {
            case SessionResult.Refused refused:
                Assert.Equal(RefusalReason.Unavailable, refused.Reason);
                Assert.NotNull(refused.RetryAfter);
                break;
            case IceUpdateResult.Refused refused:
                Assert.False(isGone);
                Assert.Equal(RefusalReason.Unavailable, refused.Reason);
                break;
            case CloseResult.Unavailable
            or DescribeResult.Unavailable
            or PlayerChangeResult.Unavailable:
                Assert.False(isGone);
                break;
            case IceUpdateResult.NotFound
            or CloseResult.NotFound
            or DescribeResult.NotFound
            or PlayerChangeResult.NotFound:
                Assert.True(isGone);
                break;
            case SessionPage page:
                Assert.True(page.IsIncomplete);
                Assert.Empty(page.Sessions);
                break;
            case ViewerCountResult count:
                Assert.Empty(count.Viewers);
                break;
            // Whether a stream is live, or an app is closed, cannot be known.
            case false or null:
                break;
            default:
                var error =
                    result as CallsError
                    ?? (CallsError)result!.GetType().GetProperty("Error")!.GetValue(result)!;
                Assert.Equal(
                    isGone ? CallsErrorCode.SessionGone : CallsErrorCode.Unavailable,
                    error.Code
                );
                break;
        }
    }
}
