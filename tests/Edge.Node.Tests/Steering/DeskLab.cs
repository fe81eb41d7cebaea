using Edge.Bus.InProcess;
using Edge.Node.Steering;
using Edge.Node.Tests.EndToEnd;
using Edge.Primitives;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Node.Tests.Steering;

/// <summary>A node of a PoP, its bus, and another process that may begin to listen to what it says.</summary>
internal sealed class DeskLab : IAsyncDisposable
{
    private static readonly PopMember Late = new(
        "late",
        NetworkAddress.FromIPv4(0x7F00_0001, 2),
        IsConnected: true
    );

    private readonly InProcessBus _late;

    public DeskLab()
    {
        Bus = Exchange.Connect();
        _late = Exchange.Connect();
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
    public static SteeringOptions Options(InProcessBus bus) =>
        new()
        {
            Hop = NetworkAddress.FromIPv4(0x7F00_0001, 1),
            Bus = bus,
            Members = () => [Late],
            WatchListeners = bus.WatchListeners,
        };

    /// <summary>Somebody begins to listen who has been connected for long; counts what comes.</summary>
    public Heard Listen(string subject)
    {
        var heard = new Heard();
        _late.Subscribe(subject, _ => heard.Count());
        return heard;
    }

    public async ValueTask DisposeAsync()
    {
        await Harness.DisposeAsync();
        await _late.DisposeAsync();
        await Bus.DisposeAsync();
    }

    /// <summary>What somebody has heard.</summary>
    internal sealed class Heard
    {
        private int _letters;

        /// <summary>Letters.</summary>
        public int Letters => Volatile.Read(ref _letters);

        public void Count() => Interlocked.Increment(ref _letters);
    }
}
