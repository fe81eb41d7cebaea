using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <content>Handlers: how they are called, and when not any more.</content>
public abstract partial class BusContract
{
    // In-process buses need no more than this many bytes to reach any lab's bounds.
    private const long FloodBytesMax = 1L << 30;
    private const int FloodPayloadBytes = 32 * 1024;

    [Fact]
    public async Task Unsubscribe_Others_GoOnHearing()
    {
        using var kept = Heard.At(Second, "a");
        var ended = Heard.At(Second, "a");
        await SettleAsync();
        Say(First, "a", "1");
        await kept.UntilAsync("1");
        await ended.UntilAsync("1");

        ended.Dispose();
        Say(First, "a", "2");

        await kept.UntilAsync("2");
        Assert.Equal(["1"], ended.Texts);
    }

    [Fact]
    public async Task Unsubscribe_AndSubscribeAgain_HeardOnceEach()
    {
        using var after = Heard.At(Second, "after");
        for (var round = 0; round < 50; round++)
        {
            using var heard = Heard.At(Second, "a");
            Say(Second, "a", "1");
            await heard.UntilAsync("1");
        }

        using var last = Heard.At(Second, "a");
        Say(Second, "a", "2");
        Say(Second, "after", "3");

        await after.UntilAsync("3");
        await last.UntilAsync("2");
        Assert.Equal(["2"], last.Texts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unsubscribe_WhileItsHandlerRuns_WaitsForIt(bool isDirect)
    {
        using var hanging = new HangingHandler();
        var hasLeft = false;
        var subscription = Subscribe(
            Second,
            isDirect,
            message =>
            {
                hanging.Handle(message);
                hasLeft = true;
            }
        );
        // Of a direct one it may be the publisher's thread that waits.
        var saying = Task.Run(() => Say(Second, "a", "1"));
        Assert.True(hanging.TryAwaitCall());

        var disposing = Task.Run(() =>
        {
            subscription.Dispose();
            return hasLeft;
        });
        var isEarly = await Task.WhenAny(disposing, Task.Delay(50)) == disposing;
        hanging.Release();

        Assert.False(isEarly);
        Assert.True(await disposing);
        await saying;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unsubscribe_InsideItsHandler_HearsNoMore(bool isDirect)
    {
        using var after = Heard.At(Second, "after");
        var count = 0;
        var ready = new TaskCompletionSource<IDisposable>();
        ready.SetResult(
            Subscribe(
                Second,
                isDirect,
                _ =>
                {
                    count++;
                    ready.Task.Result.Dispose();
                }
            )
        );

        Say(Second, "a", "1");
        Say(Second, "a", "2");
        Say(Second, "after", "3");

        await after.UntilAsync("3");
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task Handlers_OfOneBus_OneAtATimeNotInThePublishersCall()
    {
        const int Count = 200;
        var running = 0;
        var isOverlapping = false;
        var isReentrant = false;
        var calls = 0;
        var publisher = 0;
        BusHandler handler = _ =>
        {
            isOverlapping |= Interlocked.Increment(ref running) != 1;
            isReentrant |= Environment.CurrentManagedThreadId == Volatile.Read(ref publisher);
            Thread.SpinWait(1000);
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref calls);
        };
        using var one = Second.Subscribe("a", handler);
        using var other = Second.Subscribe("a", handler);
        await SettleAsync();

        // A thread of its own, since a pool's thread may come back as any other.
        var thread = new Thread(() =>
        {
            publisher = Environment.CurrentManagedThreadId;
            for (var number = 0; number < Count; number++)
            {
                Second.TryPublish("a", []);
            }
        });
        thread.Start();
        thread.Join();

        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref calls) == 2 * Count));
        Assert.False(isOverlapping);
        Assert.False(isReentrant);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_Throws_OthersGoOn(bool isDirect)
    {
        using var faulty = Subscribe(
            Second,
            isDirect,
            _ => throw new InvalidOperationException("test")
        );
        using var heard = Heard.At(Second, "a");

        Say(Second, "a", "1");
        Say(Second, "a", "2");

        await heard.UntilAsync("2");
        Assert.Equal(["1", "2"], heard.Texts);
    }

    /// <summary>A handler that waits holds up its own bus, not the others, and what it costs is counted; the
    /// newest messages are kept for it.</summary>
    [Fact]
    public async Task Handler_Slow_LosesTheOldestAndCountsThem()
    {
        using var hanging = new HangingHandler();
        using var slow = Second.Subscribe("slow", hanging.Handle);
        using var late = Heard.At(Second, "a.>");
        using var other = Heard.At(Third, "a.last");
        await SettleAsync();
        Say(First, "slow", "");
        Assert.True(hanging.TryAwaitCall());

        try
        {
            await FloodAsync("a.flood", () => Second.Stats.Missed > 0);
            Say(First, "a.last", "last");
            await other.UntilAsync("last");
            Assert.Empty(late.Messages);
        }
        finally
        {
            hanging.Release();
        }

        await late.UntilAsync("last");
        Assert.Equal(0, Third.Stats.Missed);
        Assert.True(late.Messages.Count > 1, "What the bound allows is kept.");
        Say(First, "a.again", "again");
        await late.UntilAsync("again");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispose_Bus_CallsNoHandlerAnyMore(bool isDirect)
    {
        var isDisposed = false;
        var isLate = false;
        var calls = 0;
        using var subscription = Subscribe(
            Second,
            isDirect,
            _ =>
            {
                isLate |= Volatile.Read(ref isDisposed);
                Interlocked.Increment(ref calls);
            }
        );
        using var heard = Heard.At(Third, "a");
        await SettleAsync();
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                First.TryPublish("a", []);
                Second.TryPublish("a", []);
                Thread.SpinWait(1000);
            }
        });
        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref calls) > 10));

        await Second.DisposeAsync();
        Volatile.Write(ref isDisposed, true);
        await stop.CancelAsync();
        await publishing;
        Assert.True(await Wait.ForAsync(() => First.TryPublish("a", "last"u8)));

        await heard.UntilAsync("last");
        Assert.False(isLate);
    }

    [Fact]
    public async Task Dispose_Bus_RefusesEverythingAfterwards()
    {
        await Second.DisposeAsync();
        await Second.DisposeAsync();

        Assert.False(Second.IsConnected);
        Assert.False(Second.TryPublish("a", []));
        Assert.Equal(BusReplyStatus.Unavailable, (await AskAsync(Second, "a")).Status);
        Assert.Throws<ObjectDisposedException>(() => Second.Subscribe("a", _ => { }));
        Assert.Throws<ObjectDisposedException>(() => Second.WatchConnection(_ => { }));
    }

    /// <summary>What was said last is sent, unless that takes too long.</summary>
    [Fact]
    public async Task Dispose_BusThatHasJustPublished_HeardAll()
    {
        const int Count = 100;
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        for (var number = 0; number < Count; number++)
        {
            Assert.True(First.TryPublish("a", new byte[1000]));
        }

        await First.DisposeAsync();

        await heard.UntilAsync(Count);
    }

    [Fact]
    public async Task Dispose_BusInsideAHandler_Ends()
    {
        var disposed = new TaskCompletionSource();
        using var subscription = Second.Subscribe("a", message => _ = EndAsync());

        Say(Second, "a", "1");

        await disposed.Task.WaitAsync(Patience.Longest);
        Assert.False(Second.IsConnected);

        async Task EndAsync()
        {
            await Second.DisposeAsync();
            disposed.TrySetResult();
        }
    }

    [Fact]
    public async Task Dispose_Subscription_AfterItsBus_DoesNothing()
    {
        var subscription = Second.Subscribe("a", _ => { });
        var watch = Second.WatchConnection(_ => { });
        await Second.DisposeAsync();

        subscription.Dispose();
        watch.Dispose();
    }

    private static IDisposable Subscribe(IBus bus, bool isDirect, BusHandler handler) =>
        isDirect ? bus.SubscribeDirect("a", handler) : bus.Subscribe("a", handler);

    /// <summary>Publishes until something has happened.</summary>
    private async Task FloodAsync(string subject, Func<bool> isEnough)
    {
        var payload = new byte[FloodPayloadBytes];
        for (long bytes = 0; !isEnough(); )
        {
            Assert.True(bytes < FloodBytesMax, "Nothing happens, however much is published.");
            if (First.TryPublish(subject, payload))
            {
                bytes += payload.Length;
                continue;
            }

            await Task.Delay(1); // As fast as it goes and no faster.
        }
    }
}
