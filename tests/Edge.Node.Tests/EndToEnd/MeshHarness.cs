using Edge.Bus.InProcess;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Tests.EndToEnd.Versions;
using Edge.Testing.Clients;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Two nodes with their clients, of one PoP or of two, tied by a bus in this process.</summary>
internal sealed class MeshHarness : IAsyncDisposable
{
    private readonly InProcessExchange _exchange = new(
        new InProcessBusOptions(),
        NullLogger<InProcessExchange>.Instance
    );
    private readonly InProcessBus[] _buses;
    private readonly Func<MediaNodeOptions, MediaNodeOptions>? _adapt;
    private NodeHarness? _third;
    private InProcessBus? _thirdBus;

    /// <summary>Starts both nodes.</summary>
    /// <param name="isOnePop">Whether both are of one PoP.</param>
    /// <param name="adapt">Changes the options of each.</param>
    /// <param name="versions">What each speaks.</param>
    public MeshHarness(
        bool isOnePop = false,
        Func<MediaNodeOptions, MediaNodeOptions>? adapt = null,
        (MeshVersion Home, MeshVersion Away) versions = default
    )
    {
        _adapt = adapt;
        _buses = [_exchange.Connect(), _exchange.Connect()];
        HomeSieve = new SieveBus(new VersionBus(_buses[0], versions.Home));
        AwaySieve = new SieveBus(new VersionBus(_buses[1], versions.Away));
        Home = new NodeHarness(Adapt(Options("n1", "pop1", HomeSieve, isOnePop)));
        Away = StartAway(isOnePop);
    }

    /// <summary>The node that tracks are published at.</summary>
    public NodeHarness Home { get; }

    /// <summary>The node that pulls them; driving it drives both.</summary>
    public NodeHarness Away { get; }

    /// <summary>What the first node publishes by.</summary>
    public SieveBus HomeSieve { get; }

    /// <summary>What the second node publishes by.</summary>
    public SieveBus AwaySieve { get; }

    /// <summary>What ties the first node to the other.</summary>
    public InProcessBus HomeBus => _buses[0];

    /// <summary>What ties the second node to the other.</summary>
    public InProcessBus AwayBus => _buses[1];

    /// <summary>Starts a third node, of a PoP of its own; driving it drives all.</summary>
    public NodeHarness JoinThird()
    {
        _thirdBus = _exchange.Connect();
        _third = new NodeHarness(Adapt(Options("n3", "pop3", _thirdBus, isOnePop: false)))
        {
            Beside = Away,
        };
        return _third;
    }

    /// <summary>Drives both until a publisher is connected.</summary>
    public void RunUntilConnected(SocketClient publisher) =>
        Away.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "The publisher did not connect.");

    /// <summary>Drives both until a viewer has so many whole frames more.</summary>
    public void ExpectFrames(Testing.Clients.PlayedTrack video, int more)
    {
        var before = video.CompleteFrames;
        Away.RunUntil(
            () => video.CompleteFrames >= before + more,
            $"The viewer got no {more} frames more."
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_third is { } third)
        {
            await third.DisposeAsync();
            await _thirdBus!.DisposeAsync();
        }

        await Away.DisposeAsync();
        await Home.DisposeAsync();
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    /// <summary>Cuts the first node off, and starts its process anew; who is driven along from then on is driven
    /// by the caller.</summary>
    public async Task<NodeHarness> RestartHomeAsync()
    {
        HomeBus.Disconnect();
        _thirdBus = _exchange.Connect();
        _third = new NodeHarness(Adapt(Options("n1", "pop1", _thirdBus, isOnePop: false)));
        await Home.DisposeAsync();
        return _third;
    }

    /// <summary>Ends the first node's process, with its goodbyes.</summary>
    public ValueTask StopHomeAsync() => Home.DisposeAsync();

    private NodeHarness StartAway(bool isOnePop) =>
        new(Adapt(Options("n2", isOnePop ? "pop1" : "pop2", AwaySieve, isOnePop)))
        {
            Beside = Home,
        };

    private MediaNodeOptions Adapt(MediaNodeOptions options) => _adapt?.Invoke(options) ?? options;

    private static MediaNodeOptions Options(string node, string pop, Bus.IBus bus, bool isOnePop) =>
        NodeHarness.Options() with
        {
            Pop = pop,
            Node = node,
            // Of its PoP, so that nodes of one read each other's codes.
            PopSecret = [.. Enumerable.Repeat((byte)pop[^1], 32)],
            Mesh = isOnePop ? new MeshOptions { Near = bus } : new MeshOptions { Far = bus },
        };
}
