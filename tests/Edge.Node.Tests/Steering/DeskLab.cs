using Edge.Bus.InProcess;
using Edge.Node.Steering;
using Edge.Node.Tests.EndToEnd;
using Edge.Primitives;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Node.Tests.Steering;

/// <summary>A node of a PoP, its bus, and somebody who may be connected to it.</summary>
internal sealed class DeskLab : IAsyncDisposable
{
    private static readonly PopMember Late = new(
        "late",
        NetworkAddress.FromIPv4(0x7F00_0001, 2),
        IsConnected: true
    );

    private readonly List<Action> _connected = [];

    public DeskLab()
    {
        Bus = Exchange.Connect();
    }

    /// <summary>Where other processes of the PoP get a bus.</summary>
    public InProcessExchange Exchange { get; } =
        new(new InProcessBusOptions(), NullLogger.Instance);

    /// <summary>The node's.</summary>
    public InProcessBus Bus { get; }

    /// <summary>The node; alone, so that nobody but a test tells others anything.</summary>
    public NodeHarness Harness { get; } =
        new(
            NodeHarness.Options() with
            {
                Pop = "pop",
                Node = "self",
                PopSecret = [.. "the secret of this PoP alone"u8],
            }
        );

    /// <summary>Options of a desk.</summary>
    /// <param name="bus">Its bus.</param>
    public SteeringOptions Options(InProcessBus bus) =>
        new()
        {
            Hop = NetworkAddress.FromIPv4(0x7F00_0001, 1),
            Bus = bus,
            Members = () => [Late],
            WatchConnected = connected =>
            {
                _connected.Add(connected);
                return new Subscriptions();
            },
        };

    /// <summary>Somebody is connected, for the first time or again.</summary>
    public void Connect() => _connected.ForEach(connected => connected());

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        await Bus.DisposeAsync();
    }
}
