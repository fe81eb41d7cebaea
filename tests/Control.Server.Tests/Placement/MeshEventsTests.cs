using Control.Contract.Calls;
using Control.Contract.Nodes;
using Control.Server.Placement;

namespace Control.Server.Tests.Placement;

/// <summary>What happens on many nodes, for readers who see one stream.</summary>
public sealed class MeshEventsTests : IAsyncLifetime
{
    private const string Fra = "fra";
    private const string Ams = "ams";

    private static readonly EventsRequest App = new("shop", null, null);

    private readonly MeshWorld _world = new();
    private readonly CancellationTokenSource _enough = new();

    [Fact]
    public async Task App_TwoNodesOfTwoPops_OneStreamWithoutGaps()
    {
        MeshWorld.Node[] nodes = [_world.StartNode(Fra, "n1"), _world.StartNode(Ams, "n1")];
        var control = await _world.StartControlAsync(Fra, nodes: 2);
        var reader = await ReadAsync(control, App);

        // Once it is open, nothing is missed.
        for (var count = 0; count < 5; count++)
        {
            nodes[0].Script.Raise(Of("a"));
            nodes[1].Script.Raise(Of("b"));
        }

        var events = await reader.TakeAsync(10);
        Assert.Equal(
            Enumerable.Range(1, 10).Select(number => (long)number),
            events.Select(each => each.Sequence)
        );
        Assert.Equal(5, events.Count(each => each.SessionId is "a"));
        Assert.Equal(5, events.Count(each => each.SessionId is "b"));
        Assert.All(nodes, node => Assert.Equal(App, node.Script.Asked.Single().Request));
    }

    [Fact]
    public async Task App_NodeThatAppearsLater_Joins()
    {
        var first = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var reader = await ReadAsync(control, App);

        var later = _world.StartNode(Ams, "n1");
        await Waiting.UntilAsync(() => later.Script.ReaderCount == 1);
        later.Script.Raise(Of("b"));
        first.Script.Raise(Of("a"));

        var events = await reader.TakeAsync(2);
        Assert.Equal([1L, 2L], events.Select(each => each.Sequence));
        Assert.Equal(
            ["a", "b"],
            events.Select(each => each.SessionId!).Order(StringComparer.Ordinal),
            StringComparer.Ordinal
        );
    }

    /// <summary>What was lost on the way from a node shows in the numbers that the reader sees.</summary>
    [Fact]
    public async Task App_EventsOfANodeAreLost_NumbersHaveAGap()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var reader = await ReadAsync(control, App);

        node.Script.Raise(Of("a"));
        node.Script.Raise(Of("b"), skip: 3);
        node.Script.Raise(Of("c"));

        var events = await reader.TakeAsync(3);
        Assert.Equal([1L, 5L, 6L], events.Select(each => each.Sequence));
    }

    /// <summary>A node that begins anew is read again, and nobody knows what was missed: a gap says so.</summary>
    [Fact]
    public async Task App_NodeRestarts_GoesOnWithAGap()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var reader = await ReadAsync(control, App);
        node.Script.Raise(Of("a"));
        Assert.Equal(1, (await reader.TakeAsync(1)).Single().Sequence);

        await node.RestartAsync();
        await Waiting.UntilAsync(() => node.Script.ReaderCount == 1);
        // It is open for the node before its answer has come back here.
        await reader.RaiseUntilReadAsync(node, Of("b"));

        Assert.True(reader.Last!.Sequence > 2);
        Assert.Equal("b", reader.Last.SessionId);
    }

    /// <summary>However many read here, a node sends to this process once; with the last, it ends.</summary>
    [Fact]
    public async Task App_ManyReaders_OneAtTheNodeAndNoneAfterTheLast()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var readers = new List<Reader>();
        for (var count = 0; count < 5; count++)
        {
            readers.Add(await ReadAsync(control, App));
        }

        var group = await ReadAsync(control, App with { Group = "room" });
        Assert.Equal(2, node.Script.ReaderCount);
        node.Script.Raise(Of("a"));
        foreach (var reader in readers)
        {
            Assert.Equal(1, (await reader.TakeAsync(1)).Single().Sequence);
        }

        foreach (var reader in readers)
        {
            await reader.LeaveAsync();
        }

        await Waiting.UntilAsync(() => node.Script.ReaderCount == 1);
        await group.LeaveAsync();
        await Waiting.UntilAsync(() => node.Script.ReaderCount == 0);
        Assert.Equal(0, control.Mesh.Parts.Feeds.Count);
    }

    /// <summary>Each reader's numbers are its own, whenever it came.</summary>
    [Fact]
    public async Task App_ReaderThatComesLater_NumbersFromOne()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var first = await ReadAsync(control, App);
        node.Script.Raise(Of("a"));
        await first.TakeAsync(1);
        var second = await ReadAsync(control, App);
        node.Script.Raise(Of("b"));

        Assert.Equal(2, (await first.TakeAsync(1)).Single().Sequence);
        Assert.Equal(1, (await second.TakeAsync(1)).Single().Sequence);
    }

    /// <summary>A node tells each of its readers, now or later, that it goes away; so does who stands between.</summary>
    [Fact]
    public async Task App_NodeGoesAway_LaterReadersAreToldToo()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var first = await ReadAsync(control, App);
        node.Script.Raise(Of(null, CallsEventKind.GoingAway));
        await first.TakeAsync(1);

        var second = await ReadAsync(control, App);

        var told = (await second.TakeAsync(1)).Single();
        Assert.Equal((CallsEventKind.GoingAway, 1), (told.Kind, told.Sequence));
    }

    [Fact]
    public async Task App_SlowReader_TheOldestAreMissing()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var reader = await ReadAsync(control, App);
        const int raised = EventReader.BacklogMax + 100;
        for (var count = 0; count < raised; count++)
        {
            node.Script.Raise(Of("a"));
        }

        await Waiting.UntilAsync(() => control.Lan.Stats.Delivered >= raised);
        var numbers = new List<long>();
        do
        {
            numbers.Add((await reader.TakeAsync(1)).Single().Sequence);
        } while (numbers[^1] < raised);

        Assert.InRange(numbers.Count, EventReader.BacklogMax - 1, EventReader.BacklogMax + 1);
        Assert.True(numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second));
    }

    [Fact]
    public async Task Session_OfAnotherPop_OnlyItsOwnerIsRead()
    {
        MeshWorld.Node[] nodes = [_world.StartNode(Fra, "n1"), _world.StartNode(Ams, "n1")];
        var control = await _world.StartControlAsync(Fra, nodes: 2);
        var session = nodes[1].DrawSession();
        var reader = await ReadAsync(control, App with { SessionId = session.SessionId });

        nodes[1].Script.Raise(Of("another"));
        nodes[1].Script.Raise(Of(session.SessionId));

        Assert.Equal(session.SessionId, (await reader.TakeAsync(1)).Single().SessionId);
        Assert.Empty(nodes[0].Script.Asked);
    }

    /// <summary>The owner restarts, and with the process the session is gone: whoever reads is told.</summary>
    [Fact]
    public async Task Session_OwnerRestarts_Ended()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var session = node.DrawSession();
        var reader = await ReadAsync(control, App with { SessionId = session.SessionId });

        // The first look at the session fails: it is looked for again.
        var looks = 0;
        await node.RestartAsync(script =>
            script.On(
                "GetSessionAsync",
                _ => new CallsError(
                    ++looks == 1 ? CallsErrorCode.Unavailable : CallsErrorCode.SessionGone,
                    "No."
                )
            )
        );
        using var ticking = new CancellationTokenSource();
        var clock = TickAsync(ticking.Token);

        var ended = (await reader.TakeAsync(1)).Single();
        await ticking.CancelAsync();
        await clock;
        Assert.Equal(2, looks);
        Assert.Equal(
            (CallsEventKind.SessionEnded, session.SessionId),
            (ended.Kind, ended.SessionId)
        );
    }

    /// <summary>The owner is gone for so long that the session is: told, and the stream ends.</summary>
    [Fact]
    public async Task Session_OwnerGoneForLong_EndedAndNothingFollows()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var session = node.DrawSession();
        var reader = await ReadAsync(control, App with { SessionId = session.SessionId });

        node.Vanish();
        using var ticking = new CancellationTokenSource();
        var clock = TickAsync(ticking.Token);

        Assert.Equal(CallsEventKind.SessionEnded, (await reader.TakeAsync(1)).Single().Kind);
        Assert.False(await reader.MoveNextAsync());
        await ticking.CancelAsync();
        await clock;
    }

    [Fact]
    public async Task Session_OfNobody_NothingToRead()
    {
        var control = await _world.StartControlAsync(Fra, nodes: 0);
        var reader = await ReadAsync(control, App with { SessionId = "none" });
        Assert.False(await reader.MoveNextAsync());
    }

    /// <summary>The lease is short, so it is asked for again and again.</summary>
    [Fact]
    public async Task Lease_TimePasses_Renewed()
    {
        var node = _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var renewals = 0;
        using var watch = _world
            .ConnectLan(Fra)
            .Subscribe(
                NodeSubject.Requests(node.Address),
                message =>
                {
                    Assert.True(NodeEnvelope.TryRead(message.Payload, out var envelope));
                    Assert.Equal(NodeOperations.OpenEvents.Name, envelope.Name);
                    Interlocked.Increment(ref renewals);
                }
            );
        var reader = await ReadAsync(control, App);
        for (var renewal = 2; renewal < 5; renewal++)
        {
            await TickUntilAsync(() => Volatile.Read(ref renewals) >= renewal);
        }

        node.Script.Raise(Of("a"));
        Assert.Equal(1, (await reader.TakeAsync(1)).Single().Sequence);
        Assert.Equal(1, node.Script.Count("ReadEventsAsync"));
    }

    [Fact]
    public async Task Cancelled_WhileItWaits_EndsByTheCancellation()
    {
        _world.StartNode(Fra, "n1");
        var control = await _world.StartControlAsync(Fra, nodes: 1);
        var reader = await ReadAsync(control, App);
        var waiting = reader.MoveNextAsync();

        await reader.LeaveAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await control.Node.Calls!.ReadEventsAsync(App, new CancellationToken(canceled: true))
        );
        Assert.Equal(0, control.Mesh.Parts.Feeds.Count);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _enough.CancelAsync();
        await _world.DisposeAsync();
        _enough.Dispose();
    }

    private static CallsEvent Of(
        string? sessionId,
        CallsEventKind kind = CallsEventKind.SessionConnected
    ) => new(kind, sessionId, DateTimeOffset.UnixEpoch, Sequence: 0);

    private async Task<Reader> ReadAsync(MeshWorld.Control control, EventsRequest request)
    {
        var leave = CancellationTokenSource.CreateLinkedTokenSource(_enough.Token);
        var events = await control.Node.Calls!.ReadEventsAsync(request, leave.Token);
        return new Reader(events.GetAsyncEnumerator(leave.Token), leave);
    }

    private async Task TickAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            _world.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private async Task TickUntilAsync(Func<bool> condition)
    {
        using var ticking = new CancellationTokenSource();
        var clock = TickAsync(ticking.Token);
        await Waiting.UntilAsync(condition);
        await ticking.CancelAsync();
        await clock;
    }

    /// <summary>One who reads.</summary>
    private sealed class Reader(IAsyncEnumerator<CallsEvent> events, CancellationTokenSource leave)
    {
        private Task<bool>? _next;

        public CallsEvent? Last { get; private set; }

        public async Task<List<CallsEvent>> TakeAsync(int count)
        {
            var taken = new List<CallsEvent>();
            while (taken.Count < count)
            {
                Assert.True(await MoveNextAsync().WaitAsync(TimeSpan.FromSeconds(20)));
                taken.Add(Last!);
            }

            return taken;
        }

        public async Task<bool> MoveNextAsync()
        {
            _next ??= events.MoveNextAsync().AsTask();
            var isThere = await _next;
            _next = null;
            Last = isThere ? events.Current : null;
            return isThere;
        }

        public async Task RaiseUntilReadAsync(MeshWorld.Node node, CallsEvent happened)
        {
            _next ??= events.MoveNextAsync().AsTask();
            await Waiting.UntilAsync(() =>
            {
                node.Script.Raise(happened);
                return _next.IsCompleted;
            });
            await MoveNextAsync();
        }

        public Task LeaveAsync() => leave.CancelAsync();
    }
}
