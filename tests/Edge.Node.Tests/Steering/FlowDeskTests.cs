using Anycast.Steering;
using Edge.Bus.InProcess;
using Edge.Node.Steering;
using Edge.Node.Tests.EndToEnd;
using Edge.Node.Tests.Serving;
using Edge.Primitives;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>When a desk says which flows are its node's.</summary>
public sealed class FlowDeskTests : IAsyncLifetime
{
    private readonly InProcessExchange _exchange = new(
        new InProcessBusOptions(),
        NullLogger.Instance
    );
    private readonly NodeHarness _harness = new(
        NodeHarness.Options() with
        {
            Pop = "pop",
            Node = "self",
            PopSecret = [.. "the secret of this PoP alone"u8],
        }
    );
    private readonly InProcessBus _bus;
    private readonly FlowDesk _desk;
    private Action _connected = () => { };
    private int _letters;

    public FlowDeskTests()
    {
        _bus = _exchange.Connect();
        _bus.Subscribe(
            FlowSubject.Of(OwnerCode.NumberOf("pop")),
            _ => Interlocked.Increment(ref _letters)
        );
        _desk = new FlowDesk(_harness.Node.State, Options(_bus));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _harness.DisposeAsync();
        await _bus.DisposeAsync();
    }

    /// <summary>A node that is started anew in less than the time between two looks would drop what comes to it for the ten
    /// seconds of a round.</summary>
    [Fact]
    public async Task Connected_BetweenTwoLooks_IsToldAllAtOnce()
    {
        await HaveFlowAsync();
        _desk.Start();
        var now = Instant.FromMilliseconds(100_000);
        _desk.KeepHouse(now);
        await Waiting.UntilAsync(() => Volatile.Read(ref _letters) == 1);
        _desk.KeepHouse(now + TimeSpan.FromSeconds(1));
        await Task.Delay(50);
        Assert.Equal(1, Volatile.Read(ref _letters));

        _connected();
        await Waiting.UntilAsync(() => Volatile.Read(ref _letters) == 2);
    }

    /// <summary>A node is connected before it listens to what others say of flows: it asks when it does.</summary>
    [Fact]
    public async Task Start_ConnectedBefore_IsToldAllWhenItListens()
    {
        await HaveFlowAsync();
        _desk.Start();
        await using var late = _exchange.Connect();
        await using var desk = new FlowDesk(_harness.Node.State, Options(late));
        var told = 0;
        late.Subscribe(
            FlowSubject.Of(OwnerCode.NumberOf("pop")),
            _ => Interlocked.Increment(ref told)
        );
        desk.Start();
        await Waiting.UntilAsync(() => Volatile.Read(ref told) > 0);
    }

    /// <summary>A flow that the node has; alone it has told nobody.</summary>
    private async Task HaveFlowAsync()
    {
        var client = await _harness.PublishAsync();
        var state = _harness.Node.State;
        _ = state.Flows.Set(
            client.Local,
            state.Sessions.All.Single(),
            Instant.Never,
            out _,
            state.Clock.Now()
        );
    }

    private SteeringOptions Options(InProcessBus bus) =>
        new()
        {
            Hop = NetworkAddress.FromIPv4(0x7F00_0001, 1),
            Bus = bus,
            Members = () => [new PopMember("late", NetworkAddress.FromIPv4(0x7F00_0001, 2), true)],
            WatchConnected = connected =>
            {
                _connected = connected;
                return new Subscriptions();
            },
        };
}
