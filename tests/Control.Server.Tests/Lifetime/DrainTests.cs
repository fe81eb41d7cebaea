using System.Diagnostics;
using Control.Contract;
using Control.Server.Tests.Support;
using Edge.Hosting.Lifetime;

namespace Control.Server.Tests.Lifetime;

/// <summary>A drain ends with the last session, at its deadline, or when it is told to.</summary>
public sealed class DrainTests
{
    private readonly ManualTime _time = new();
    private readonly FakeMediaNode _node = new();
    private readonly TaskCompletionSource _stopped = new();
    private DrainState _state = new();

    [Fact]
    public async Task WaitForSessions_NoSessions_AtOnce() => Assert.Equal(0, await BeginAsync(30));

    [Fact]
    public async Task WaitForSessions_LastSessionEnds_Ends()
    {
        var id = await PublishAsync();
        var drain = BeginAsync(30);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(drain.IsCompleted);
        await _node.CloseAsync(new SessionKey("one", id), CancellationToken.None);
        await AdvanceUntilAsync(drain);
        Assert.Equal(0, await drain);
    }

    [Fact]
    public async Task WaitForSessions_Deadline_EndsWithSessionsLeft()
    {
        await PublishAsync();
        var drain = BeginAsync(2);
        await AdvanceUntilAsync(drain);
        Assert.Equal(1, await drain);
    }

    [Fact]
    public async Task WaitForSessions_DeadlineIsMadeEarlier_EndsThen()
    {
        await PublishAsync();
        var drain = BeginAsync(3600);
        var began = _time.GetTimestamp();
        _state.Begin(TimeSpan.FromSeconds(2));
        await AdvanceUntilAsync(drain);
        Assert.Equal(1, await drain);
        Assert.InRange(_time.GetElapsedTime(began).TotalSeconds, 2, 10);
    }

    [Fact]
    public async Task WaitForSessions_Stopped_EndsWithSessionsLeft()
    {
        await PublishAsync();
        var drain = BeginAsync(3600);
        Assert.False(drain.IsCompleted);
        _stopped.SetResult();
        Assert.Equal(1, await drain);
    }

    private Task<int> BeginAsync(int seconds)
    {
        _state = new DrainState(TimeSpan.FromSeconds(seconds), _time);
        _state.Begin();
        return new Drain(_state, _stopped.Task, _time).WaitForSessionsAsync(_node);
    }

    private async Task<string> PublishAsync()
    {
        var request = new SessionRequest(new StreamKey("one", "cam"), TestServer.Offer);
        var result = await _node.PublishAsync(request, CancellationToken.None);
        return Assert.IsType<SessionResult.Created>(result).SessionId;
    }

    /// <summary>Has the clock go on, each time once the drain waits for it: a pool that is slow to go on after a tick would see
    /// many of them at once.</summary>
    private async Task AdvanceUntilAsync(Task drain)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!drain.IsCompleted)
        {
            Assert.True(Stopwatch.GetElapsedTime(begin).TotalSeconds < 30, "The drain stands.");
            if (_time.TimerCount > 0)
            {
                _time.Advance(Drain.PollInterval);
            }

            await Task.Yield();
        }
    }
}
