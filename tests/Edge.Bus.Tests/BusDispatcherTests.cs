using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Bus.Tests;

public sealed class BusDispatcherTests
{
    private static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(50);

    /// <summary>What waited for longer than it may is lost and counted, what came since is not.</summary>
    [Fact]
    public async Task Post_HandlerSlowerThanTheAge_LosesWhatIsTooOld()
    {
        var counters = new BusCounters();
        var dispatcher = new BusDispatcher("test", 1 << 20, AgeMax, counters, NullLogger.Instance);
        using var leave = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var heard = 0;
        var subscription = new BusSubscription(
            "a",
            message =>
            {
                Interlocked.Increment(ref heard);
                entered.Set();
                leave.Wait();
            },
            dispatcher.Forget
        );
        dispatcher.Start();

        Post(dispatcher, subscription);
        Assert.True(entered.Wait(Patience.Longest));
        Post(dispatcher, subscription);
        Post(dispatcher, subscription);
        await Task.Delay(4 * AgeMax);
        leave.Set();

        Assert.True(await Wait.ForAsync(() => counters.Read().Missed == 2));
        Post(dispatcher, subscription);
        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref heard) == 2));
        Assert.Equal(2, counters.Read().Delivered);
        await dispatcher.CloseAsync();
    }

    /// <summary>Who posts many at once has them handled from when all are posted.</summary>
    [Fact]
    public async Task Hold_ThenRelease_HandledAfterwards()
    {
        var counters = new BusCounters();
        var dispatcher = new BusDispatcher("test", 1 << 20, null, counters, NullLogger.Instance);
        var subscription = new BusSubscription("a", _ => { }, dispatcher.Forget);
        dispatcher.Start();
        Post(dispatcher, subscription);
        Assert.True(await Wait.ForAsync(() => counters.Read().Delivered == 1));
        await Task.Delay(AgeMax); // It sleeps by now.

        dispatcher.Hold();
        dispatcher.Hold();
        Post(dispatcher, subscription);
        Post(dispatcher, subscription);
        dispatcher.Release();
        await Task.Delay(AgeMax);
        Assert.Equal(1, counters.Read().Delivered);
        dispatcher.Release();

        Assert.True(await Wait.ForAsync(() => counters.Read().Delivered == 3));
        await dispatcher.CloseAsync();
    }

    /// <summary>More changes than are kept leave the last one right, and what was told alternates.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    public void Note_ManyChangesBeforeTheyAreTold_EndsWithTheLast(int changes)
    {
        using var watch = new BusConnectionWatch(_ => { }, _ => { });
        for (var change = 1; change <= changes; change++)
        {
            watch.Note(isConnected: change % 2 == 1);
        }

        var told = new List<bool>();
        while (watch.TryTake(out var isConnected))
        {
            told.Add(isConnected);
        }

        Assert.InRange(told.Count, 2, 16);
        Assert.Equal(changes % 2 == 1, told[^1]);
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    private static void Post(BusDispatcher dispatcher, BusSubscription subscription) =>
        dispatcher.Post(subscription, "a", [1], replyTo: null);
}
