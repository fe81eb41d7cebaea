using System.Text;
using Anycast.Steering;
using Control.Contract;
using Control.Contract.Nodes;
using Edge.Bus.InProcess;
using Edge.Node.Serving;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>What a node answers to other processes, and what it says of itself.</summary>
public sealed class NodeServiceTests : IAsyncLifetime
{
    private static readonly SessionRequest Request = new(new StreamKey("app", "cam"), "v=0");

    private readonly InProcessExchange _exchange = new(
        new InProcessBusOptions { PayloadBytesMax = 4096 },
        NullLogger.Instance
    );
    private readonly InProcessBus _bus;
    private readonly HeldNode _node = new();

    public NodeServiceTests() => _bus = _exchange.Connect();

    [Fact]
    public async Task Start_BeforeItIsReady_AnnouncesWhoItIs()
    {
        await using var asker = new Asker(_exchange, default);
        await using var service = Start(_node);
        await UntilAsync(() => !asker.Announcements.IsEmpty);

        asker.Announcements.TryPeek(out var first);
        Assert.Equal(("fra", "n1"), (first!.Pop, first.Node));
        Assert.Equal(OwnerCode.NumberOf("fra"), first.PopNumber);
        Assert.Equal(OwnerCode.NumberOf("n1"), first.NodeNumber);
        Assert.Equal(service.Address, first.Address);
        Assert.Equal(NodeReadiness.Starting, first.Readiness);
        Assert.False(first.HasRoom);
        Assert.Equal(_node.Report(), first.Report);
        Assert.Equal((6, 12), (first.Sessions, first.SessionsMax));
        Assert.InRange(first.Load, 0.5, 1);
        Assert.Equal("10.0.0.1:7100", first.LanAddress);
        Assert.Equal("test", first.Version);
        Assert.Null(first.Limits);
        Assert.NotEqual(0UL, first.Life);
    }

    /// <summary>A control must not send clients to a node for a second after it began to drain.</summary>
    [Fact]
    public async Task Tell_AChange_AnnouncedAtOnce()
    {
        await using var asker = new Asker(_exchange, default);
        await using var service = Start(_node);
        await UntilAsync(() => !asker.Announcements.IsEmpty);

        service.Tell(NodeReadiness.Ready);
        service.Tell(NodeReadiness.Ready);
        service.Tell(NodeReadiness.Draining);

        await UntilAsync(
            () => asker.Announcements.Last().Readiness == NodeReadiness.Draining,
            within: 0.9
        );
        Assert.Equal(
            [NodeReadiness.Starting, NodeReadiness.Ready, NodeReadiness.Draining],
            asker.Announcements.Select(each => each.Readiness).Distinct()
        );
        Assert.Single(asker.Announcements.Select(each => each.Life).Distinct());
    }

    [Fact]
    public async Task Announcements_NothingChanges_OneASecond()
    {
        await using var asker = new Asker(_exchange, default);
        await using var service = Start(_node);

        await UntilAsync(() => asker.Announcements.Count >= 3, within: 5);
    }

    [Fact]
    public async Task Dispose_Announced_AndNothingIsSaidOrAnsweredAfterwards()
    {
        await using var asker = new Asker(_exchange, default);
        var service = Start(_node);
        await service.DisposeAsync();
        service.Tell(NodeReadiness.Ready);

        await UntilAsync(() =>
            asker.Announcements.LastOrDefault()?.Readiness == NodeReadiness.Stopped
        );
        var reply = await asker.Bus.RequestAsync(
            NodeSubject.Requests(service.Address),
            new byte[1],
            TimeSpan.FromSeconds(1),
            CancellationToken.None
        );
        Assert.Equal(Edge.Bus.BusReplyStatus.NoResponders, reply.Status);
    }

    /// <summary>Two processes of one name are told apart by their lives.</summary>
    [Fact]
    public async Task Life_OfEachStart_IsAnother()
    {
        await using var asker = new Asker(_exchange, default);
        await using (Start(_node)) { }

        await using (Start(_node)) { }

        await UntilAsync(() =>
            asker.Announcements.Select(each => each.Life).Distinct().Count() == 2
        );
    }

    [Fact]
    public async Task Reconnect_AnnouncedAtOnce()
    {
        await using var asker = new Asker(_exchange, default);
        await using var service = Start(_node);
        await UntilAsync(() => !asker.Announcements.IsEmpty);
        _bus.Disconnect();
        asker.Announcements.Clear();

        _bus.Reconnect();

        await UntilAsync(() => !asker.Announcements.IsEmpty, within: 0.9);
    }

    [Fact]
    public async Task Request_OnEachBus_Answered()
    {
        var other = new InProcessExchange(new InProcessBusOptions(), NullLogger.Instance);
        await using var far = other.Connect();
        await using var service = NodeService.Start(
            Options(),
            _node,
            [_bus, far],
            NullLogger<NodeService>.Instance
        );
        foreach (var exchange in (InProcessExchange[])[_exchange, other])
        {
            await using var asker = new Asker(exchange, service.Address);
            Assert.True(await asker.DoneAsync(NodeOperations.IsLive, Request.Stream));
        }
    }

    [Theory]
    [InlineData("", NodeFaultKind.Unreadable)]
    [InlineData("[2,\"isLive\",{}]", NodeFaultKind.Unreadable)]
    [InlineData("[1,\"isLive\",{}]", NodeFaultKind.Unreadable)]
    [InlineData("[1,\"isLive\",{\"appId\":null,\"name\":\"x\"}]", NodeFaultKind.Unreadable)]
    [InlineData("[1,\"fly\",{}]", NodeFaultKind.UnknownOperation)]
    // The node of this test offers no session API.
    [InlineData("[1,\"getSession\",{}]", NodeFaultKind.UnknownOperation)]
    public async Task Request_NotUnderstood_FaultAndNeverSilence(string message, NodeFaultKind kind)
    {
        await using var service = Start(_node);
        await using var asker = new Asker(_exchange, service.Address);

        var answer = await asker.AskRawAsync(Encoding.UTF8.GetBytes(message));

        Assert.Equal(kind, answer.Fault.Kind);
    }

    /// <summary>A newer control writes more than this node knows.</summary>
    [Fact]
    public async Task Request_WithMembersOfANewerVersion_Answered()
    {
        await using var service = Start(_node);
        await using var asker = new Asker(_exchange, service.Address);
        var message =
            """[1,"isLive",{"appId":"a","later":{"x":1},"name":"s"},5000,{"trace":"y"}]""";

        var answer = await asker.AskRawAsync(Encoding.UTF8.GetBytes(message));

        Assert.True(answer.Done(NodeOperations.IsLive.AnswerType));
    }

    [Fact]
    public async Task Request_BugOfTheNode_FaultAndTheNextIsAnswered()
    {
        await using var service = Start(_node);
        await using var asker = new Asker(_exchange, service.Address);

        var answer = await asker.AskAsync(NodeOperations.Play, Request);

        Assert.Equal(NodeFaultKind.Failed, answer.Fault.Kind);
        Assert.DoesNotContain("bug", answer.Fault.Detail, StringComparison.Ordinal);
        Assert.True(await asker.DoneAsync(NodeOperations.IsLive, Request.Stream));
        await UntilAsync(() => service.Running == 0);
    }

    [Fact]
    public async Task Request_AnswerTooLongForAMessage_Fault()
    {
        await using var service = Start(_node);
        await using var asker = new Asker(_exchange, service.Address);

        var answer = await asker.AskAsync(
            NodeOperations.UpdateIce,
            new IceUpdateRequest(new SessionKey("app", "id"), "a=x", null)
        );

        Assert.Equal(NodeFaultKind.TooLong, answer.Fault.Kind);
    }

    /// <summary>Requests run beside each other, as many as the bound says, and one more is told to go
    /// elsewhere at once.</summary>
    [Fact]
    public async Task Requests_MoreThanTheBound_OverloadedUntilOneEnds()
    {
        await using var service = Start(_node, Options() with { RequestsMax = 3 });
        await using var asker = new Asker(_exchange, service.Address);
        var held = Enumerable
            .Range(0, 3)
            .Select(_ => asker.DoneAsync(NodeOperations.Publish, Request))
            .ToArray();
        await UntilAsync(() => _node.Begun == 3);

        var refused = await asker.AskAsync(NodeOperations.Publish, Request);

        Assert.Equal(NodeFaultKind.Overloaded, refused.Fault.Kind);
        Assert.NotNull(refused.Fault.RetryAfter);
        Assert.Equal(3, _node.Begun);
        _node.Release();
        Assert.All(await Task.WhenAll(held), each => Assert.IsType<SessionResult.Created>(each));
        await UntilAsync(() => service.Running == 0);
        Assert.IsType<SessionResult.Created>(
            await asker.DoneAsync(NodeOperations.Publish, Request)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_AskerWaitsNoLonger_FaultAtItsTime(bool looksAtTheToken)
    {
        var node = new HeldNode { LooksAtTheToken = looksAtTheToken };
        await using var service = Start(node);
        await using var asker = new Asker(_exchange, service.Address);

        var answer = await asker.AskAsync(
            NodeOperations.Publish,
            Request,
            TimeSpan.FromMilliseconds(50)
        );

        Assert.Equal(NodeFaultKind.TimedOut, answer.Fault.Kind);
        // Work that goes on still counts.
        await UntilAsync(() => service.Running == (looksAtTheToken ? 0 : 1));
        node.Release();
        await UntilAsync(() => service.Running == 0);
    }

    /// <summary>What came too late is not begun: another node has done it meanwhile.</summary>
    [Fact]
    public async Task Request_WithoutTimeLeft_NotBegun()
    {
        await using var service = Start(_node);
        await using var asker = new Asker(_exchange, service.Address);

        var answer = await asker.AskAsync(NodeOperations.Publish, Request, TimeSpan.Zero);

        Assert.Equal(NodeFaultKind.TimedOut, answer.Fault.Kind);
        Assert.Equal(0, _node.Begun);
    }

    [Fact]
    public async Task Dispose_RequestThatIsBegun_AnsweredBeforeTheEnd()
    {
        var service = Start(_node);
        await using var asker = new Asker(_exchange, service.Address);
        var held = asker.DoneAsync(NodeOperations.Publish, Request);
        await UntilAsync(() => _node.Begun == 1);

        var end = service.DisposeAsync();
        _node.Release();

        Assert.IsType<SessionResult.Created>(await held);
        await end;
    }

    [Fact]
    public void Start_WrongOptions_Throws() =>
        Assert.Throws<ArgumentException>(() =>
            Start(_node, Options() with { RequestsMax = 0, SessionsMax = 0 })
        );

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _bus.DisposeAsync();

    private static NodeServiceOptions Options() =>
        new()
        {
            Pop = "fra",
            Node = "n1",
            SessionsMax = 12,
            LanAddress = "10.0.0.1:7100",
            Version = "test",
        };

    private NodeService Start(IMediaNode node, NodeServiceOptions? options = null) =>
        NodeService.Start(options ?? Options(), node, [_bus], NullLogger<NodeService>.Instance);

    private static Task UntilAsync(Func<bool> condition, double within = 10) =>
        Waiting.UntilAsync(condition, within);
}
