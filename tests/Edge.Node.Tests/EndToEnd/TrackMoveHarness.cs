using Edge.Bus.InProcess;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Testing.Clients;
using Edge.Wire.State;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A node that leaves and one that goes on for it, of one PoP, and a third one that watches. One made-up video is sent
/// to the first by one client and then to the second by another: the same numbers, as when its session had moved.</summary>
internal sealed class TrackMoveHarness : IAsyncDisposable
{
    private const string HomePop = "pop1";

    private readonly InProcessExchange _near = Exchange();
    private readonly InProcessExchange _far = Exchange();
    private readonly List<InProcessBus> _buses = [];
    private NodeHarness? _restarted;

    /// <summary>Starts the nodes.</summary>
    /// <param name="isFar">Whether the third is of another PoP.</param>
    public TrackMoveHarness(bool isFar = false)
    {
        Former = new NodeHarness(Options("n1", HomePop));
        Heir = new NodeHarness(Options("n2", HomePop)) { Beside = Former };
        Third = new NodeHarness(Options("n3", isFar ? "pop2" : HomePop)) { Beside = Heir };
        Video = new ClientStream(
            new SyntheticVideo(new SyntheticVideoOptions { FirstTimestamp = 4711 }),
            new SequenceNumber(20_000)
        );
    }

    /// <summary>The node that leaves.</summary>
    public NodeHarness Former { get; }

    /// <summary>The node that goes on for it.</summary>
    public NodeHarness Heir { get; }

    /// <summary>Another one; driving it drives all.</summary>
    public NodeHarness Third { get; }

    /// <summary>What is sent.</summary>
    public ClientStream Video { get; }

    /// <summary>What ties nodes together, two of each.</summary>
    public IReadOnlyList<InProcessBus> Buses => _buses;

    /// <summary>What ties the second node to the others.</summary>
    public IReadOnlyList<InProcessBus> HeirBuses => [_buses[2], _buses[3]];

    public static MeshEngine EngineOf(NodeHarness node) => node.Node.Engine!;

    public static NodeState StateOf(NodeHarness node) => node.Node.State;

    /// <summary>The session of a client.</summary>
    public static Session SessionOf(NodeHarness node, string id) =>
        Assert.Single(
            StateOf(node).Sessions.All,
            session => string.Equals(session.Id, id, StringComparison.Ordinal)
        );

    /// <summary>The media session of the one session of the session and track API.</summary>
    public static Session CallerOf(NodeHarness node) =>
        Assert.Single(
            StateOf(node).Sessions.All,
            session => session.Role == SessionRole.Caller && session.Published.Length > 0
        );

    /// <summary>Drives all until a client is connected.</summary>
    public void Connect(SocketClient client) =>
        Third.RunUntil(() => client.Client.ConnectedAt.IsSet, "A client did not connect.");

    /// <summary>Drives all until a viewer has so many packets more.</summary>
    public void ExpectPackets(SocketClient viewer, int more)
    {
        var video = viewer.Client.Played[0];
        var before = video.Packets;
        Third.RunUntil(
            () => video.Packets >= before + more,
            $"The viewer got {video.Packets - before} packets more, not {more}.",
            seconds: 5
        );
    }

    /// <summary>The memory as the other process reads it.</summary>
    public ExportMemory Carry(ExportMemory memory)
    {
        using var writer = new StateWriter(StateOf(Former).Clock.Now(), bytesMax: 64 * 1024);
        memory.Write(writer);
        var reader = new StateReader(writer.Written, StateOf(Heir).Clock.Now());
        var read = ExportMemory.TryRead(ref reader);
        Assert.NotNull(read);
        return read;
    }

    /// <summary>A client at the second node that is ready to send what the first sent, which stops.</summary>
    public async Task<SocketClient> SwitchAsync(SocketClient former, bool isStream)
    {
        Video.IsEnabled = false;
        Third.RunFor(0.2);
        var twin = isStream
            ? await Heir.PublishStreamAsync(Video)
            : await Heir.PushStreamAsync(Video);
        Connect(twin);
        former.IsMuted = true;
        return twin;
    }

    /// <summary>Kills the first node without a word to others, and starts its process anew.</summary>
    public async Task RestartFormerAsync()
    {
        _buses[0].Disconnect();
        _buses[1].Disconnect();
        await Former.Node.DisposeAsync();
        _restarted = new NodeHarness(Options("n1", HomePop));
    }

    public async ValueTask DisposeAsync()
    {
        if (_restarted is { } restarted)
        {
            await restarted.DisposeAsync();
        }

        await Third.DisposeAsync();
        await Heir.DisposeAsync();
        await Former.DisposeAsync();
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    private static InProcessExchange Exchange() =>
        new(new InProcessBusOptions(), NullLogger<InProcessExchange>.Instance);

    private MediaNodeOptions Options(string node, string pop)
    {
        var near = _near.Connect();
        var far = _far.Connect();
        _buses.Add(near);
        _buses.Add(far);
        return NodeHarness.Options() with
        {
            Pop = pop,
            Node = node,
            PopSecret = [.. Enumerable.Repeat((byte)pop[^1], 32)],
            Mesh = string.Equals(pop, HomePop, StringComparison.Ordinal)
                ? new MeshOptions { Near = near, Far = far }
                : new MeshOptions { Far = far },
        };
    }
}
