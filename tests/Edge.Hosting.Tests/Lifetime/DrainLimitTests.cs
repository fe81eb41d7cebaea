using System.Diagnostics;
using Edge.Hosting.Lifetime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Hosting.Tests.Lifetime;

/// <summary>A process that does not end by itself is ended within a second of its deadline, and no other is.</summary>
public sealed class DrainLimitTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // What follows must not run on the thread that ends the process.
    private readonly TaskCompletionSource<int> _exited = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly long _began = Stopwatch.GetTimestamp();

    [Fact]
    public async Task Drain_DoesNotEnd_IsEndedWithinASecondOfTheDeadline()
    {
        var drain = new DrainState();
        using var limit = Start(drain);
        drain.Begin(TimeSpan.FromMilliseconds(300));
        Assert.Equal(ExitCode.Forced, await _exited.Task.WaitAsync(Longest));
        Assert.InRange(Stopwatch.GetElapsedTime(_began).TotalSeconds, 1, 3);
    }

    [Fact]
    public async Task Drain_DeadlineIsMadeEarlier_IsEndedThen()
    {
        var drain = new DrainState();
        using var limit = Start(drain);
        drain.Begin(TimeSpan.FromHours(1));
        await Task.Delay(50);
        drain.Begin(TimeSpan.Zero);
        Assert.Equal(ExitCode.Forced, await _exited.Task.WaitAsync(Longest));
    }

    /// <summary>Threads of the pool that all hang hold it up no longer.</summary>
    [Fact]
    public async Task Drain_EveryThreadHangs_IsEnded()
    {
        using var release = new ManualResetEventSlim();
        var drain = new DrainState();
        using var limit = Start(drain);
        var hanging = new List<Task>();
        for (var each = 0; each < 64; each++)
        {
            hanging.Add(Task.Run(release.Wait));
        }

        try
        {
            drain.Begin(TimeSpan.Zero);
            Assert.True(SpinWait.SpinUntil(() => _exited.Task.IsCompleted, Longest));
        }
        finally
        {
            release.Set();
            await Task.WhenAll(hanging);
        }
    }

    [Fact]
    public async Task Dispose_BeforeItIsDue_NothingIsEnded()
    {
        var drain = new DrainState();
        var limit = Start(drain);
        var unused = Start(new DrainState());
        drain.Begin(TimeSpan.Zero);
        limit.Dispose();
        unused.Dispose();
        await Task.Delay(DrainLimit.Grace + TimeSpan.FromMilliseconds(300));
        Assert.False(_exited.Task.IsCompleted);
    }

    private DrainLimit Start(DrainState drain) =>
        DrainLimit.Start(drain, NullLogger.Instance, code => _exited.TrySetResult(code));
}
