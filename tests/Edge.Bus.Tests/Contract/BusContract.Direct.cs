using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <content>Handlers that are called where a message is read.</content>
public abstract partial class BusContract
{
    [Fact]
    public async Task Direct_ManyMessages_HeardInTheirOrder()
    {
        const int Count = 500;
        using var heard = Heard.DirectlyAt(Second, "a.*");
        await SettleAsync();

        for (var number = 0; number < Count; number++)
        {
            Say(First, "a.b", $"{number}");
        }

        await heard.UntilAsync(Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(number => $"{number}"), heard.Texts);
        Assert.All(heard.Messages, message => Assert.Equal("a.b", message.Subject));
    }

    /// <summary>What is said to itself comes too, and whoever listens otherwise hears the same.</summary>
    [Fact]
    public async Task Direct_OwnMessage_HeardOnceByEach()
    {
        using var direct = Heard.DirectlyAt(Second, "a");
        using var other = Heard.At(Second, "a");
        await SettleAsync();

        Say(Second, "a", "1");
        Say(Second, "a", "2");

        await direct.UntilAsync("2");
        await other.UntilAsync("2");
        Assert.Equal(["1", "2"], direct.Texts);
        Assert.Equal(["1", "2"], other.Texts);
    }

    /// <summary>It does not wait for the others' handlers, which are called one at a time.</summary>
    [Fact]
    public async Task Direct_WhileAnotherHandlerHangs_IsHeard()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        using var slow = Second.Subscribe(
            "slow",
            _ =>
            {
                entered.Set();
                leave.Wait();
            }
        );
        using var direct = Heard.DirectlyAt(Second, "a");
        await SettleAsync();
        Say(First, "slow", "");
        Assert.True(entered.Wait(Patience.Longest));

        try
        {
            Say(First, "a", "1");

            await direct.UntilAsync("1");
        }
        finally
        {
            leave.Set();
        }
    }

    [Fact]
    public async Task Direct_HandlerThrows_OthersGoOnAndItToo()
    {
        var calls = 0;
        using var faulty = Second.SubscribeDirect(
            "a",
            _ =>
            {
                Interlocked.Increment(ref calls);
                throw new InvalidOperationException("test");
            }
        );
        using var heard = Heard.DirectlyAt(Second, "a");
        await SettleAsync();

        Say(First, "a", "1");
        Say(First, "a", "2");

        await heard.UntilAsync("2");
        Assert.Equal(["1", "2"], heard.Texts);
        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref calls) == 2));
    }

    [Fact]
    public async Task Direct_DisposedWhileItsHandlerRuns_WaitsForIt()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var hasLeft = false;
        var subscription = Second.SubscribeDirect(
            "a",
            _ =>
            {
                entered.Set();
                leave.Wait();
                hasLeft = true;
            }
        );
        await SettleAsync();
        // Within a process it is the publisher's thread that waits.
        var saying = Task.Run(() => Say(First, "a", "1"));
        Assert.True(entered.Wait(Patience.Longest));

        var disposing = Task.Run(() =>
        {
            subscription.Dispose();
            return hasLeft;
        });
        var isEarly = await Task.WhenAny(disposing, Task.Delay(50)) == disposing;
        leave.Set();

        Assert.False(isEarly);
        Assert.True(await disposing);
        await saying;
    }

    [Fact]
    public async Task Direct_DisposedInsideItsHandler_HearsNoMore()
    {
        using var after = Heard.DirectlyAt(Second, "after");
        var count = 0;
        var ready = new TaskCompletionSource<IDisposable>();
        ready.SetResult(
            Second.SubscribeDirect(
                "a",
                _ =>
                {
                    count++;
                    ready.Task.Result.Dispose();
                }
            )
        );
        await SettleAsync();

        Say(First, "a", "1");
        Say(First, "a", "2");
        Say(First, "after", "3");

        await after.UntilAsync("3");
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task Direct_BusDisposedMeanwhile_IsCalledNoMore()
    {
        var isDisposed = false;
        var isLate = false;
        var calls = 0;
        using var subscription = Second.SubscribeDirect(
            "a",
            _ =>
            {
                isLate |= Volatile.Read(ref isDisposed);
                Interlocked.Increment(ref calls);
            }
        );
        await SettleAsync();
        using var stop = new CancellationTokenSource();
        var publishing = Task.Run(() =>
        {
            // Its own messages are handled by this thread, the other's by the connection's.
            while (!stop.IsCancellationRequested)
            {
                First.TryPublish("a", []);
                Second.TryPublish("a", []);
            }
        });
        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref calls) > 10));

        await Second.DisposeAsync();
        Volatile.Write(ref isDisposed, true);
        await Task.Delay(20);
        await stop.CancelAsync();
        await publishing;

        Assert.False(isLate);
        subscription.Dispose();
    }
}
