using Anycast.Steering;
using Edge.Node.Steering;
using Edge.Node.Tests.Serving;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>When a desk says which flows are its node's.</summary>
public sealed class FlowDeskTests : IAsyncLifetime
{
    private static readonly string Subject = FlowSubject.Of(OwnerCode.NumberOf("pop"));

    private readonly DeskLab _lab = new();
    private readonly FlowDesk _desk;
    private int _letters;

    public FlowDeskTests()
    {
        _lab.Bus.Subscribe(Subject, _ => Interlocked.Increment(ref _letters));
        _desk = new FlowDesk(_lab.Harness.Node.State, DeskLab.Options(_lab.Bus));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _lab.DisposeAsync();
    }

    /// <summary>A node that is started anew in less than the time between two looks would drop what comes to it for the ten
    /// seconds of a round.</summary>
    [Fact]
    public async Task Listens_BetweenTwoLooks_IsToldAllAtOnce()
    {
        await HaveFlowAsync();
        _desk.Start();
        var now = Instant.FromMilliseconds(100_000);
        _desk.KeepHouse(now);
        await Waiting.UntilAsync(() => Volatile.Read(ref _letters) == 1);
        _desk.KeepHouse(now + TimeSpan.FromSeconds(1));
        await Task.Delay(50);
        Assert.Equal(1, Volatile.Read(ref _letters));

        var heard = _lab.Listen(Subject);
        await Waiting.UntilAsync(() => Volatile.Read(ref _letters) == 2);
        await Waiting.UntilAsync(() => heard.Letters == 1);
    }

    /// <summary>A flow that the node has; alone it has told nobody.</summary>
    private async Task HaveFlowAsync()
    {
        var client = await _lab.Harness.PublishAsync();
        var state = _lab.Harness.Node.State;
        _ = state.Flows.Set(
            client.Local,
            state.Sessions.All.Single(),
            Instant.Never,
            out _,
            state.Clock.Now()
        );
    }
}
