using Edge.Bus.InProcess;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Two nodes with their clients, of one PoP or of two, tied by a bus in this process.</summary>
internal sealed class MeshHarness : IAsyncDisposable
{
    private readonly InProcessBus[] _buses;

    /// <summary>Starts both nodes.</summary>
    /// <param name="isOnePop">Whether both are of one PoP.</param>
    /// <param name="adapt">Changes the options of each.</param>
    public MeshHarness(
        bool isOnePop = false,
        Func<MediaNodeOptions, MediaNodeOptions>? adapt = null
    )
    {
        var exchange = new InProcessExchange(
            new InProcessBusOptions(),
            NullLogger<InProcessExchange>.Instance
        );
        _buses = [exchange.Connect(), exchange.Connect()];
        Home = new NodeHarness(Adapt(Options("n1", "pop1", _buses[0], isOnePop)));
        Away = new NodeHarness(
            Adapt(Options("n2", isOnePop ? "pop1" : "pop2", _buses[1], isOnePop))
        )
        {
            Beside = Home,
        };

        MediaNodeOptions Adapt(MediaNodeOptions options) => adapt?.Invoke(options) ?? options;
    }

    /// <summary>The node that tracks are published at.</summary>
    public NodeHarness Home { get; }

    /// <summary>The node that pulls them; driving it drives both.</summary>
    public NodeHarness Away { get; }

    /// <summary>What ties the first node to the other.</summary>
    public InProcessBus HomeBus => _buses[0];

    /// <summary>What ties the second node to the other.</summary>
    public InProcessBus AwayBus => _buses[1];

    public async ValueTask DisposeAsync()
    {
        await Away.DisposeAsync();
        await Home.DisposeAsync();
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    private static MediaNodeOptions Options(
        string node,
        string pop,
        InProcessBus bus,
        bool isOnePop
    ) =>
        NodeHarness.Options() with
        {
            Pop = pop,
            Node = node,
            // Of its PoP, so that nodes of one read each other's codes.
            PopSecret = [.. Enumerable.Repeat((byte)pop[^1], 32)],
            Mesh = isOnePop ? new MeshOptions { Near = bus } : new MeshOptions { Far = bus },
        };
}
