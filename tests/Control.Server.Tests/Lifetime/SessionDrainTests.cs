using Control.Contract;
using Control.Contract.Calls;
using Control.Server.Tests.Support;
using Edge.Hosting.Lifetime;
using Edge.Node.HandOver;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Lifetime;

/// <summary>Sessions go elsewhere first; only those that cannot are told to make new ones; nothing that hangs is waited for
/// beyond the deadline.</summary>
public sealed class SessionDrainTests
{
    private const int Deadline = 30;

    private readonly ManualTime _time = new();
    private readonly FakeCallsNode _node = new();
    private readonly ScriptedHandOver _others = new();
    private readonly TaskCompletionSource _stopped = new();
    private readonly DrainState _state;
    private readonly long _began;

    public SessionDrainTests()
    {
        _state = new DrainState(TimeSpan.FromSeconds(Deadline), _time);
        _began = _time.GetTimestamp();
    }

    private double Elapsed => _time.GetElapsedTime(_began).TotalSeconds;

    private IEnumerable<TimeSpan> ToldToGo => _node.Requests.OfType<TimeSpan>();

    [Fact]
    public async Task Run_AllGoElsewhere_NobodyIsToldAndItEndsASecondLater()
    {
        var key = await CreateAsync();
        _others.Give = async (_, _) =>
        {
            Assert.True(_state.IsDraining);
            Assert.True(_others.HasLeft);
            Assert.InRange(Elapsed, 2, 2.2);
            await _node.DeleteSessionAsync(key, CancellationToken.None);
            return new(Moved: 1, Lost: 0, Left: 0);
        };
        var drain = RunAsync(withdraw: 2);
        await StepUntilAsync(drain, within: 4);
        Assert.InRange(Elapsed, 3, 4);
        Assert.Equal(1, _others.Count);
        Assert.Empty(ToldToGo);
    }

    [Fact]
    public async Task Run_NobodyTakesThem_TheyAreToldAndHaveUntilTheDeadline()
    {
        await CreateAsync();
        _others.Give = (_, _) => new(new HandOverOutcome(Moved: 0, Lost: 0, Left: 1));
        var drain = RunAsync(withdraw: 1);
        await StepUntilAsync(drain, within: Deadline + 1);
        Assert.InRange(Elapsed, Deadline, Deadline + 0.2);
        Assert.InRange(Assert.Single(ToldToGo).TotalSeconds, Deadline - 1.2, Deadline - 1);
    }

    /// <summary>As it was before sessions could go anywhere: no pause, and they are told at once.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_Alone_TheyAreToldAtOnce(bool isStandalone)
    {
        await CreateAsync();
        _others.HasOthers = false;
        var drain = RunAsync(withdraw: 60, isStandalone ? null : _others);
        Assert.Equal(Deadline, Assert.Single(ToldToGo).TotalSeconds);
        await StepUntilAsync(drain, within: Deadline + 1);
        Assert.InRange(Elapsed, Deadline, Deadline + 0.2);
        Assert.Equal(0, _others.Count);
    }

    [Fact]
    public async Task Run_NoSessions_AtOnceWithoutAPause()
    {
        await RunAsync(withdraw: 60);
        Assert.Equal((0, 0), (Elapsed, _others.Count));
        Assert.Empty(ToldToGo);
    }

    /// <summary>What hangs without looking at its token, or before it first waits: the others are told while there is time,
    /// and it ends at the deadline.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_HandOverHangs_EndsAtTheDeadline(bool blocksThread)
    {
        await CreateAsync();
        var never = new TaskCompletionSource<HandOverOutcome>();
        _others.Give = (_, _) => blocksThread ? new(never.Task.Result) : new(never.Task);
        var drain = RunAsync(withdraw: 1);
        await StepUntilAsync(drain, within: Deadline + 1);
        Assert.InRange(Elapsed, Deadline, Deadline + 0.2);
        Assert.True(Assert.Single(ToldToGo) > TimeSpan.FromSeconds(5));
        never.SetResult(default);
    }

    [Fact]
    public async Task Run_HandOverTakesTooLong_CancelledAndTheOthersAreTold()
    {
        await CreateAsync();
        _others.Give = async (within, cancellation) =>
        {
            Assert.InRange(within.TotalSeconds, 19, 20);
            await Task.Delay(Timeout.Infinite, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new(Moved: 5, Lost: 0, Left: 1);
        };
        var drain = RunAsync(withdraw: 1);
        await StepUntilAsync(drain, within: Deadline + 1);
        Assert.InRange(Assert.Single(ToldToGo).TotalSeconds, 8, 10);
    }

    [Fact]
    public async Task Run_HandOverFails_AsWithoutAnybodyToTakeThem()
    {
        await CreateAsync();
        _others.Give = (_, _) => throw new InvalidOperationException("a mistake of ours");
        var drain = RunAsync(withdraw: 0);
        await StepUntilAsync(drain, within: Deadline + 1);
        Assert.InRange(Elapsed, Deadline, Deadline + 0.2);
        Assert.Single(ToldToGo);
    }

    [Fact]
    public async Task Run_DeadlineIsMadeEarlier_HandOverIsCutOff()
    {
        await CreateAsync();
        var never = new TaskCompletionSource<HandOverOutcome>();
        _others.Give = (_, _) => new(never.Task);
        var drain = RunAsync(withdraw: 1);
        await StepAsync(() => _others.Count == 1);
        _state.Begin(TimeSpan.FromSeconds(2));
        await StepUntilAsync(drain, within: 4);
    }

    [Fact]
    public async Task Run_NoTime_NothingIsAsked()
    {
        await CreateAsync();
        _state.Begin(TimeSpan.Zero);
        await RunAsync(withdraw: 1);
        Assert.Equal(0, _others.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_Stopped_EndsAtOnce(bool duringHandOver)
    {
        await CreateAsync();
        var never = new TaskCompletionSource<HandOverOutcome>();
        _others.Give = (_, _) => new(never.Task);
        var drain = RunAsync(withdraw: duringHandOver ? 0 : 60);
        await StepAsync(() => !duringHandOver || _others.Count == 1);
        _stopped.SetResult();
        await drain.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.InRange(Elapsed, 0, 1);
    }

    private Task RunAsync(int withdraw) => RunAsync(withdraw, _others);

    private Task RunAsync(int withdraw, ScriptedHandOver? others) =>
        new SessionDrain(_state, _time, NullLogger.Instance)
        {
            HandOver = others,
            Withdraw = TimeSpan.FromSeconds(withdraw),
        }.RunAsync(_node, _stopped.Task);

    private async Task<SessionKey> CreateAsync()
    {
        var created = await _node.CreateSessionAsync(
            new NewSessionRequest("one", null, IsThirdParty: false, null, null),
            CancellationToken.None
        );
        return new SessionKey("one", created.Value!.SessionId);
    }

    /// <summary>Lets the clock go on until the drain has ended; what others do meanwhile has real time to happen.</summary>
    private async Task StepUntilAsync(Task drain, double within)
    {
        while (!drain.IsCompleted)
        {
            Assert.True(Elapsed < within, $"It still runs after {Elapsed} s.");
            await StepAsync();
        }

        await drain;
    }

    private async Task StepAsync(Func<bool> isEnough)
    {
        while (!isEnough())
        {
            Assert.True(Elapsed < Deadline);
            await StepAsync();
        }
    }

    private async Task StepAsync()
    {
        _time.Advance(Drain.PollInterval);
        await Task.Delay(5);
    }

    private sealed class ScriptedHandOver : IHandOver
    {
        private int _count;

        public bool HasOthers { get; set; } = true;

        public Func<TimeSpan, CancellationToken, ValueTask<HandOverOutcome>> Give { get; set; } =
            static (_, _) => default;

        public int Count => Volatile.Read(ref _count);

        public bool HasLeft { get; private set; }

        public void Leave() => HasLeft = true;

        public ValueTask<HandOverOutcome> HandOverAsync(
            TimeSpan within,
            CancellationToken cancellation
        )
        {
            Interlocked.Increment(ref _count);
            return Give(within, cancellation);
        }
    }
}
