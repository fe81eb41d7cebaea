using Control.Contract.Calls;
using Edge.Node.Sessions.Calls;
using Xunit;

namespace Edge.Node.Tests.Sessions;

/// <summary>Who is told what, and how a slow reader learns that it lost something.</summary>
public sealed class CallsEventHubTests
{
    private readonly CallsEventHub _hub = new();

    /// <summary>Who reads of a session alone hears what has happened, then that another one tells; others read on.</summary>
    [Fact]
    public async Task Leave_ReadersOfTheSession_EndAfterWhatHasHappened()
    {
        using var enough = new CancellationTokenSource();
        await using var one = Read("app", "one", enough.Token);
        await using var two = Read("app", "two", enough.Token);
        await using var all = Read("app", null, enough.Token);
        var first = one.MoveNextAsync();
        var second = two.MoveNextAsync();
        var any = all.MoveNextAsync();

        Raise("app", "one");
        _hub.Leave(new EventSubject("app", "one"));
        Raise("app", "one");
        Raise("app", "two");

        Assert.True(await first);
        Assert.False(await one.MoveNextAsync());
        Assert.True(await second);
        Assert.True(await any);
        Assert.True(await all.MoveNextAsync());
        Assert.False(_hub.IsRead(new EventSubject("other", "one")));
        Assert.True(_hub.HasReaders);
        await enough.CancelAsync();
    }

    [Fact]
    public async Task Raise_ReaderOfASession_OnlyThatOneAndNumbersWithoutGap()
    {
        using var enough = new CancellationTokenSource();
        await using var one = Read("app", "one", enough.Token);
        await using var all = Read("app", null, enough.Token);
        await using var other = Read("other", null, enough.Token);
        var first = one.MoveNextAsync();
        var any = all.MoveNextAsync();
        var none = other.MoveNextAsync();

        Raise("app", "two");
        Raise("app", "one");
        Raise("app", "two");
        Raise("app", "one");

        Assert.True(await first);
        Assert.Equal(("one", 1), (one.Current.SessionId, one.Current.Sequence));
        Assert.True(await one.MoveNextAsync());
        Assert.Equal(("one", 2), (one.Current.SessionId, one.Current.Sequence));
        Assert.True(await any);
        for (var sequence = 1; sequence < 4; sequence++)
        {
            Assert.Equal(sequence, all.Current.Sequence);
            Assert.True(await all.MoveNextAsync());
        }

        await EndAsync(enough, none);
    }

    [Fact]
    public async Task Raise_MoreThanIsKept_TheOldestAreMissing()
    {
        using var enough = new CancellationTokenSource();
        await using var reader = Read("app", null, enough.Token);
        var next = reader.MoveNextAsync();
        const int raised = CallsEventHub.BacklogMax + 1000;
        var taken = 0;
        for (var count = 0; count < raised; count++)
        {
            Raise("app", "one");
        }

        // The first ones may be handed over before the others come.
        var seen = 0L;
        while (await next)
        {
            Assert.True(reader.Current.Sequence > seen);
            seen = reader.Current.Sequence;
            taken++;
            if (seen == raised)
            {
                break;
            }

            next = reader.MoveNextAsync();
        }

        Assert.InRange(taken, CallsEventHub.BacklogMax, raised - 1);
        await enough.CancelAsync();
    }

    [Fact]
    public async Task Raise_NobodyReads_MakesNothing()
    {
        Assert.False(_hub.HasReaders);
        _hub.Raise(
            new("app", "one"),
            () => throw new InvalidOperationException("Nobody asked for it.")
        );
        using var enough = new CancellationTokenSource();
        await using var reader = Read("app", "one", enough.Token);
        var next = reader.MoveNextAsync();
        Assert.True(_hub.IsRead(new("app", "one")));
        Assert.False(_hub.IsRead(new("app", "two")));
        Assert.False(_hub.IsRead(new("other", "one")));
        _hub.Raise(
            new("app", "two"),
            () => throw new InvalidOperationException("Nobody asked for it.")
        );
        await EndAsync(enough, next);
        Assert.False(_hub.HasReaders);
        Assert.False(_hub.IsRead(new("app", "one")));
    }

    /// <summary>Who follows a group is told of its sessions, but not of what each of them is sent.</summary>
    [Fact]
    public async Task Raise_ReaderOfAGroup_ItsSessionsAndNothingPrivate()
    {
        using var enough = new CancellationTokenSource();
        await using var room = _hub.Read(new("app", null, "room"), enough.Token)
            .GetAsyncEnumerator(enough.Token);
        await using var one = Read("app", "one", enough.Token);
        var neighbour = room.MoveNextAsync();
        var own = one.MoveNextAsync();
        var subject = new EventSubject("app", "one", "room");

        Raise(subject with { Group = "other" }, CallsEventKind.SessionConnected);
        Raise(subject with { IsPrivate = true }, CallsEventKind.LayerChanged);
        Raise(subject, CallsEventKind.TrackStarted);

        Assert.True(await neighbour);
        Assert.Equal(
            (CallsEventKind.TrackStarted, "room", 1),
            (room.Current.Kind, room.Current.Group, room.Current.Sequence)
        );
        Assert.True(await own);
        Assert.Equal(CallsEventKind.SessionConnected, one.Current.Kind);
        Assert.True(await one.MoveNextAsync());
        Assert.Equal(CallsEventKind.LayerChanged, one.Current.Kind);
        await enough.CancelAsync();
    }

    /// <summary>Each reader is told once: of its session, or of all; who comes later as well.</summary>
    [Fact]
    public async Task GoAway_EveryReaderNowAndLater_ToldWithTheDeadline()
    {
        var deadline = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1);
        using var enough = new CancellationTokenSource();
        await using var one = Read("app", "one", enough.Token);
        var told = one.MoveNextAsync();

        _hub.GoAway(deadline, _ => true);

        Assert.True(await told);
        Assert.Equal(CallsEventKind.GoingAway, one.Current.Kind);
        Assert.Equal(("one", deadline), (one.Current.SessionId, one.Current.Deadline));
        await using var late = Read("other", null, enough.Token);
        Assert.True(await late.MoveNextAsync());
        Assert.Equal((null, deadline), (late.Current.SessionId, late.Current.Deadline));
        await EndAsync(enough, one.MoveNextAsync());
    }

    /// <summary>Sessions that went to another node go on: nobody who reads of them is told, now or later.</summary>
    [Fact]
    public async Task GoAway_SessionsThatAreNotHere_NotTold()
    {
        var deadline = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1);
        using var enough = new CancellationTokenSource();
        await using var left = Read("app", "left", enough.Token);
        await using var moved = Read("app", "moved", enough.Token);
        await using var other = Read("other", null, enough.Token);
        await using var all = Read("app", null, enough.Token);
        var told = left.MoveNextAsync();
        var toldAll = all.MoveNextAsync();
        var untold = moved.MoveNextAsync();
        var untoldOther = other.MoveNextAsync();

        _hub.GoAway(deadline, request => request is { AppId: "app", SessionId: null or "left" });

        Assert.True(await told);
        Assert.True(await toldAll);
        Assert.False(untold.IsCompleted);
        Assert.False(untoldOther.IsCompleted);
        await using var late = Read("app", "moved", enough.Token);
        var untoldLate = late.MoveNextAsync();
        Assert.False(untoldLate.IsCompleted);
        await EndAsync(enough, untold);
        await EndAsync(enough, untoldOther);
        await EndAsync(enough, untoldLate);
    }

    private IAsyncEnumerator<CallsEvent> Read(
        string appId,
        string? sessionId,
        CancellationToken cancellation
    ) => _hub.Read(new(appId, sessionId, null), cancellation).GetAsyncEnumerator(cancellation);

    private void Raise(string appId, string sessionId) =>
        Raise(new EventSubject(appId, sessionId), CallsEventKind.SessionConnected);

    private void Raise(EventSubject subject, CallsEventKind kind) =>
        _hub.Raise(subject, () => new CallsEvent(kind, subject.SessionId, default, 0));

    /// <summary>Ends the readers; one that was waiting ends by its cancellation and saw nothing.</summary>
    private static async Task EndAsync(CancellationTokenSource enough, ValueTask<bool> waiting)
    {
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }
}
