using Edge.Node.Takeover.Keeping;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Takeover.Keeping;

public sealed class PortraitTimesTests
{
    private static readonly Instant Start = new(TimeSpan.FromHours(1).Ticks);
    private readonly PortraitTimes _times = new();

    [Fact]
    public void TryBegin_New_AtOnceAndThenNowAndAgain()
    {
        Assert.True(_times.TryBegin(Start));
        Assert.False(_times.TryBegin(Start + TimeSpan.FromMinutes(1)));
        _times.HandleDone();
        Assert.True(_times.IsTold);
        Assert.False(_times.TryBegin(Start + TimeSpan.FromSeconds(1)));
        Assert.True(_times.TryBegin(Start + TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Ask_WhileOneIsWritten_WaitsForTheNext()
    {
        Assert.True(_times.TryBegin(Start));
        var asked = new TaskCompletionSource();
        _times.Ask(asked);
        _times.HandleDone();
        _times.HandleHeld();
        Assert.False(asked.Task.IsCompleted);
        Assert.False(_times.IsTold);

        Assert.True(_times.TryBegin(Start));
        _times.HandleHeld();
        Assert.False(asked.Task.IsCompleted);
        _times.HandleDone();
        Assert.True(_times.IsWaitedFor);
        _times.HandleHeld();
        Assert.True(asked.Task.IsCompletedSuccessfully);
        Assert.False(_times.IsWaitedFor);
    }

    [Fact]
    public void HandleFailed_TriedAgainSoon_WhoWaitsWaitsOn()
    {
        var asked = new TaskCompletionSource();
        _times.Ask(asked);
        Assert.True(_times.TryBegin(Start));
        _times.HandleFailed(Start);
        Assert.False(_times.IsTold);
        Assert.False(_times.IsWaitedFor);
        Assert.False(_times.TryBegin(Start + TimeSpan.FromMilliseconds(99)));
        Assert.True(_times.TryBegin(Start + TimeSpan.FromMilliseconds(100)));
        _times.HandleDone();
        _times.HandleHeld();
        Assert.True(asked.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public void End_NobodyWaitsOn()
    {
        var begun = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        _times.Ask(begun);
        Assert.True(_times.TryBegin(Start));
        _times.Ask(asked);
        _times.End();
        Assert.True(begun.Task.IsCompletedSuccessfully && asked.Task.IsCompletedSuccessfully);
    }
}
