using Control.Contract;
using Control.Contract.Calls;
using Control.Contract.Nodes;
using Edge.Bus.InProcess;
using Edge.Node.Serving;
using Edge.Node.Sessions.Calls;
using Edge.Node.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>The session API of a real node, asked by messages: sessions, lists, and events on leases.</summary>
public sealed class ServedCallsTests : IAsyncLifetime
{
    private readonly InProcessExchange _exchange = new(
        new InProcessBusOptions { PayloadBytesMax = 4096 },
        NullLogger.Instance
    );
    private readonly InProcessBus _bus;
    private readonly NodeHarness _harness = new();
    private readonly NodeService _service;
    private readonly Asker _asker;

    public ServedCallsTests()
    {
        _bus = _exchange.Connect();
        _service = NodeService.Start(
            new NodeServiceOptions
            {
                Pop = "fra",
                Node = "n1",
                SessionsMax = 100,
                ReadersMax = 2,
            },
            _harness.Node,
            [_bus],
            NullLogger<NodeService>.Instance
        );
        _asker = new Asker(_exchange, _service.Address);
    }

    [Fact]
    public async Task Session_MadeReadAndDeleted_ByMessages()
    {
        var session = await CreateAsync("ann");

        var state = await _asker.DoneAsync(NodeOperations.GetSession, session);
        Assert.Equal(("ann", "room"), (state.CorrelationId, state.Group));
        Assert.Equal(session.SessionId, state.SessionId);
        await _asker.DoneAsync(NodeOperations.DeleteSession, session);
        var gone = await _asker.AskAsync(NodeOperations.GetSession, session);
        Assert.Equal(CallsErrorCode.SessionGone, gone.Refused.Code);
        await Waiting.UntilAsync(() => !_asker.Announcements.IsEmpty);
        Assert.Equal(_harness.Node.Calls.Limits, _asker.Announcements.Last().Limits);
    }

    [Fact]
    public async Task Description_Missing_RefusedOrTaken()
    {
        var session = await CreateAsync("ann");
        var none = new DescriptionRequest(session, Description: null);

        Assert.Equal(
            CallsErrorCode.InvalidSessionDescription,
            (await _asker.AskAsync(NodeOperations.Renegotiate, none)).Refused.Code
        );
        Assert.Equal(
            CallsErrorCode.InvalidSessionDescription,
            (await _asker.AskAsync(NodeOperations.RestartIce, none)).Refused.Code
        );
        var established = await _asker.DoneAsync(NodeOperations.EstablishDataChannels, none);
        Assert.True(established.Description!.IsOffer);
    }

    /// <summary>A page is as long as a message holds, and says where the next one begins.</summary>
    [Fact]
    public async Task List_LongerThanAMessage_CutAndGoneOnWith()
    {
        var made = new List<string>();
        for (var count = 0; count < 40; count++)
        {
            made.Add((await CreateAsync(new string('x', 100))).SessionId);
        }

        var seen = new List<string>();
        string? after = null;
        var pages = 0;
        do
        {
            var request = new ListSessionsRequest("app", "room", after, CountMax: 100);
            var page = await _asker.DoneAsync(NodeOperations.ListSessions, request);
            Assert.NotEmpty(page.Sessions);
            seen.AddRange(page.Sessions.Select(each => each.SessionId));
            after = page.Next;
            pages++;
        } while (after is not null);

        Assert.Equal(made.Order(StringComparer.Ordinal), seen, StringComparer.Ordinal);
        Assert.InRange(pages, 3, 20);
    }

    [Fact]
    public async Task OpenEvents_WhatHappensThen_ComesToTheInboxInOrder()
    {
        var session = await CreateAsync("ann");
        using var inbox = _asker.OpenInbox();
        var opened = await OpenAsync(inbox, session.SessionId);
        Assert.Equal((true, TimeSpan.FromSeconds(30)), (opened.IsNew, opened.Lease));

        await _asker.DoneAsync(NodeOperations.GoAway, new GoAwayRequest(TimeSpan.FromMinutes(1)));
        await _asker.DoneAsync(NodeOperations.DeleteSession, session);

        await Waiting.UntilAsync(() => inbox.Events.Count == 2);
        Assert.Equal(
            [(CallsEventKind.GoingAway, 1), (CallsEventKind.SessionEnded, 2)],
            inbox.Events.Select(each => (each.Kind, (int)each.Sequence))
        );
        Assert.All(inbox.Events, each => Assert.Equal(session.SessionId, each.SessionId));
    }

    /// <summary>Not even what is asked at the same moment is missed: messages keep their order.</summary>
    [Fact]
    public async Task OpenEvents_NotWaitedFor_MissesNothingThatIsAskedLater()
    {
        for (var round = 0; round < 50; round++)
        {
            var session = await CreateAsync("ann");
            using var inbox = _asker.OpenInbox();
            var opening = OpenAsync(inbox, session.SessionId);
            var deleting = _asker.DoneAsync(NodeOperations.DeleteSession, session);
            await opening;
            await deleting;

            await Waiting.UntilAsync(() => !inbox.Events.IsEmpty);
            await CloseAsync(inbox);
        }
    }

    [Fact]
    public async Task OpenEvents_Again_GoesOnWithoutASecondReader()
    {
        using var inbox = _asker.OpenInbox();
        Assert.True((await OpenAsync(inbox)).IsNew);
        Assert.False((await OpenAsync(inbox)).IsNew);
        Assert.Equal(1, _service.Readers);

        await DeleteOneAsync();

        await Waiting.UntilAsync(() => !inbox.Events.IsEmpty);
        Assert.Equal(1, inbox.Events.Single().Sequence);
    }

    [Fact]
    public async Task OpenEvents_LeaseOver_ForgottenAndBegunAnew()
    {
        using var inbox = _asker.OpenInbox();
        var lease = (await OpenAsync(inbox, lease: TimeSpan.FromMilliseconds(1))).Lease;
        Assert.Equal(TimeSpan.FromSeconds(1), lease);

        await Waiting.UntilAsync(() => _service.Readers == 0);
        await DeleteOneAsync();

        Assert.Empty(inbox.Events);
        Assert.True((await OpenAsync(inbox)).IsNew);
    }

    [Fact]
    public async Task CloseEvents_OpenOne_NothingComesAnyMore()
    {
        using var inbox = _asker.OpenInbox();
        await OpenAsync(inbox);
        await CloseAsync(inbox);
        Assert.Equal(0, _service.Readers);

        await DeleteOneAsync();
        await CloseAsync(inbox);

        Assert.Empty(inbox.Events);
    }

    [Fact]
    public async Task OpenEvents_MoreReadersThanTheBound_Overloaded()
    {
        using var first = _asker.OpenInbox();
        using var second = _asker.OpenInbox();
        using var third = _asker.OpenInbox();
        await OpenAsync(first);
        await OpenAsync(second);

        var refused = await _asker.AskAsync(NodeOperations.OpenEvents, Events(third));

        Assert.Equal(CallsErrorCode.Overloaded, refused.Refused.Code);
        Assert.NotNull(refused.Refused.RetryAfter);
        await CloseAsync(first);
        await OpenAsync(third);
    }

    [Fact]
    public async Task OpenEvents_InboxThatIsNone_Refused()
    {
        var request = new OpenEventsRequest(new("app", null, null), "in box.*", TimeSpan.Zero);
        var refused = await _asker.AskAsync(NodeOperations.OpenEvents, request);
        Assert.Equal(CallsErrorCode.InvalidParams, refused.Refused.Code);
    }

    /// <summary>Who reads of a session alone is told to ask again when another node goes on with it; who reads of all reads
    /// on.</summary>
    [Fact]
    public async Task OpenEvents_SessionGoesOnElsewhere_ReaderIsToldToAskAgain()
    {
        var session = await CreateAsync("ann");
        using var one = _asker.OpenInbox();
        using var all = _asker.OpenInbox();
        await OpenAsync(one, session.SessionId);
        await OpenAsync(all);
        var calls = (CallsNode)_harness.Node.Calls;
        Assert.True(calls.Directory.TryFind("app", session.SessionId, out var moving));

        Assert.True(calls.Forget(moving));

        await Waiting.UntilAsync(() => one.HasEnded && _service.Readers == 1);
        Assert.False(all.HasEnded);
        Assert.Empty(one.Events);
        Assert.Empty(all.Events);
    }

    /// <summary>Readers hear how the sessions of a node end, and then that nothing follows.</summary>
    [Fact]
    public async Task Dispose_OpenReader_ToldThatNothingFollows()
    {
        using var inbox = _asker.OpenInbox();
        await CreateAsync("ann");
        await OpenAsync(inbox);
        await _asker.DoneAsync(NodeOperations.CloseApp, new AppRequest("app"));

        await _service.DisposeAsync();

        await Waiting.UntilAsync(() => inbox.HasEnded);
        Assert.Equal(CallsEventKind.SessionEnded, inbox.Events.Single().Kind);
        Assert.Equal(0, _service.Readers);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _asker.DisposeAsync();
        await _harness.DisposeAsync();
        await _bus.DisposeAsync();
    }

    private async Task<SessionKey> CreateAsync(string label)
    {
        var request = new NewSessionRequest("app", Offer: null, IsThirdParty: false, label, null)
        {
            Group = "room",
        };
        var outcome = await _asker.DoneAsync(NodeOperations.CreateSession, request);
        return new SessionKey("app", outcome.SessionId);
    }

    private async Task DeleteOneAsync() =>
        await _asker.DoneAsync(NodeOperations.DeleteSession, await CreateAsync("ann"));

    private Task<EventsLease> OpenAsync(
        Asker.Inbox inbox,
        string? sessionId = null,
        TimeSpan? lease = null
    ) => _asker.DoneAsync(NodeOperations.OpenEvents, Events(inbox, sessionId, lease));

    private async Task CloseAsync(Asker.Inbox inbox) =>
        await _asker.DoneAsync(NodeOperations.CloseEvents, new CloseEventsRequest(inbox.Subject));

    private static OpenEventsRequest Events(
        Asker.Inbox inbox,
        string? sessionId = null,
        TimeSpan? lease = null
    ) => new(new("app", sessionId, null), inbox.Subject, lease ?? TimeSpan.FromSeconds(30));
}
