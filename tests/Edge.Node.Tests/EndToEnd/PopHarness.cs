using System.Collections.Immutable;
using System.Diagnostics;
using Edge.Bus.InProcess;
using Edge.Node.Front;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A PoP of several nodes at one media address: the kernel's choice among their sockets is what ECMP is in front
/// of a real one.</summary>
internal sealed class PopHarness : IAsyncDisposable
{
    /// <summary>The PoP's name.</summary>
    public const string Name = "pop";

    /// <summary>Less than what a test waits for its move, so that it is said what kept the sessions.</summary>
    private static readonly TimeSpan MovableWithin = TimeSpan.FromSeconds(15);

    private readonly InProcessExchange _exchange = new(
        new InProcessBusOptions(),
        NullLogger<InProcessExchange>.Instance
    );

    private readonly List<InProcessBus> _buses = [];
    private readonly List<NodeHarness> _nodes = [];
    private readonly Lock _lock = new();
    private readonly List<PopMember> _members = [];
    private readonly NetworkAddress _host;
    private readonly string _test;
    private readonly bool _hasMesh;
    private readonly Func<MediaNodeOptions, MediaNodeOptions> _change;
    private NetworkAddress _media;

    /// <summary>Starts a PoP.</summary>
    /// <param name="count">How many nodes.</param>
    /// <param name="host">Their address; unset: 127.0.0.1.</param>
    /// <param name="hasMesh">Whether nodes watch each other's tracks.</param>
    /// <param name="change">Changes the options of each node.</param>
    /// <param name="test">Seeds the clients.</param>
    public PopHarness(
        int count,
        NetworkAddress host = default,
        bool hasMesh = false,
        Func<MediaNodeOptions, MediaNodeOptions>? change = null,
        [System.Runtime.CompilerServices.CallerMemberName] string test = ""
    )
    {
        _host = host.IsEmpty ? NetworkAddress.FromIPv4(0x7F000001, 0) : host;
        _media = _host;
        _test = test;
        _hasMesh = hasMesh;
        _change = change ?? (static options => options);
        for (var index = 0; index < count; index++)
        {
            _ = Add($"n{index}");
        }
    }

    /// <summary>What the nodes know each other by.</summary>
    public static ImmutableArray<byte> Secret { get; } = [.. "the secret of this PoP alone"u8];

    /// <summary>Has sessions stay where they were made, wherever their client's flow comes in: for tests that say themselves
    /// who moves.</summary>
    public static MediaNodeOptions Staying(MediaNodeOptions options) =>
        options with
        {
            Steering = options.Steering! with { FollowsFlows = false },
        };

    /// <summary>Has tracks wait for what a move delays longer than any machine takes: for tests that nothing is missed. What a
    /// process keeps by default is a second of this machine's time.</summary>
    public static MediaNodeOptions Patient(MediaNodeOptions options) =>
        options with
        {
            Track = options.Track with
            {
                HistoryAge = TimeSpan.FromSeconds(10),
                // As long, of frames of 10 ms.
                AudioCachePackets = 1024,
            },
        };

    /// <summary>What ties the nodes together.</summary>
    public InProcessExchange Exchange => _exchange;

    /// <summary>What each node, the ended ones too, is tied to it by.</summary>
    public IReadOnlyList<InProcessBus> Buses => _buses;

    /// <summary>The nodes that run, the first first.</summary>
    public IReadOnlyList<NodeHarness> Nodes => _nodes;

    /// <summary>The node at which clients ask for sessions.</summary>
    public NodeHarness First => _nodes[0];

    /// <summary>Datagrams that nodes passed on to others.</summary>
    public long PassedOn => Sum(stats => stats.PassedOn);

    /// <summary>Adds up a counter of all shards.</summary>
    public long Sum(Func<Edge.Node.Telemetry.ShardStats, long> counter)
    {
        long total = 0;
        foreach (var node in _nodes)
        {
            foreach (var shard in node.Node.Shards)
            {
                total += counter(shard.Stats);
            }
        }

        return total;
    }

    /// <summary>Starts another node.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="secret">What it knows the PoP by; default: what the others do.</param>
    /// <param name="adapt">Changes its options.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public NodeHarness Add(
        string name,
        ImmutableArray<byte> secret = default,
        Func<MediaNodeOptions, MediaNodeOptions>? adapt = null,
        ILogger<MediaNode>? logger = null
    )
    {
        var bus = _exchange.Connect();
        _buses.Add(bus);
        var options = NodeHarness.Options() with
        {
            Media = _media,
            MediaTcp = _host,
            Node = name,
            Pop = Name,
            PopSecret = secret.IsDefault ? Secret : secret,
            Steering = new SteeringOptions
            {
                Hop = _host,
                Bus = bus,
                Members = Members,
                WatchListeners = bus.WatchListeners,
            },
            Mesh = _hasMesh ? new MeshOptions { Near = bus } : null,
        };
        var adapted = _change(adapt?.Invoke(options) ?? options);
        var node = new NodeHarness(adapted, $"{_test} {name}", logger)
        {
            Beside = _nodes.Count == 0 ? null : _nodes[^1],
            ClientHost = _host,
        };
        _media = node.Node.Candidates[0];
        _nodes.Add(node);
        lock (_lock)
        {
            _members.Add(new PopMember(name, node.Node.Hop, IsConnected: true));
        }

        return node;
    }

    /// <summary>Ends the last node: the kernel spreads flows over the others.</summary>
    public async Task EndLastAsync()
    {
        var last = _nodes[^1];
        _nodes.RemoveAt(_nodes.Count - 1);
        lock (_lock)
        {
            _members.RemoveAll(member => member.Hop == last.Node.Hop);
        }

        await last.DisposeAsync();
    }

    /// <summary>Waits until sessions could move: until their clients were heard to use their keys. Somebody else drives
    /// those.</summary>
    public static async Task UntilMovableAsync(MediaNode node, IEnumerable<Session> sessions)
    {
        var begin = Stopwatch.GetTimestamp();
        foreach (var session in sessions)
        {
            PeerCapture obstacle;
            while (
                (obstacle = await FindObstacleAsync(node, session))
                    is not (PeerCapture.Captured or PeerCapture.OverConnection)
            )
            {
                Assert.True(
                    Stopwatch.GetElapsedTime(begin) < MovableWithin,
                    $"A session cannot move: {obstacle}."
                );
                await Task.Delay(5);
            }
        }
    }

    /// <summary>Writes all sessions of a node, once they can move. Somebody else drives their clients.</summary>
    public static async Task<WrittenGroup> WriteAllAsync(MediaNode node)
    {
        await UntilMovableAsync(node, node.State.Sessions.All);
        List<LeavingSession> leaving =
        [
            .. node.State.Calls.All.Select(calls => new LeavingSession(calls.Media, calls)),
            .. node
                .State.Sessions.All.Where(media => media.Role != SessionRole.Caller)
                .Select(media => new LeavingSession(media, calls: null)),
        ];
        var group = await node.Giver.WriteAsync(leaving, takesConnections: true);
        Assert.Equal(leaving.Count, group.Sessions.Count);
        return group;
    }

    /// <summary>Moves all sessions of a node to another, once they can. Somebody else drives their clients.</summary>
    /// <param name="from">Where they are.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="letterTime">How long the letter takes.</param>
    public static async Task MoveAllAsync(
        NodeHarness from,
        NodeHarness to,
        TimeSpan letterTime = default
    )
    {
        var group = await WriteAllAsync(from.Node);
        await Task.Delay(letterTime);
        await GiveConnectionsAsync(group, to);
        await TakeAsync(group, to);
        await from.Node.Giver.ForgetAsync(group, to.Node.Number, isHere: false);
    }

    /// <summary>Gives a node the connections of what another one wrote.</summary>
    public static async Task GiveConnectionsAsync(WrittenGroup group, NodeHarness to)
    {
        var log = new LogLines<PopHarness>();
        var courier = new ConnectionCourier(FrontTrust.Own, log);
        Assert.True(
            await courier.TryGiveAsync(to.Node.Connections!.Place, group.Connections),
            $"The connections are not kept. {log}"
        );
    }

    /// <summary>Has a node take what another one wrote.</summary>
    public static async Task TakeAsync(WrittenGroup group, NodeHarness to)
    {
        var letter = GroupLetter.Write(group.Parcels);
        Assert.NotNull(letter);
        Assert.Null(await to.Node.Taker.TakeAsync(letter, CancellationToken.None));
    }

    /// <summary>Drives the clients of all nodes while sessions are moved, or made ready for it.</summary>
    public async Task RunAsync(Func<Task> move)
    {
        // Not on this thread, which reads what clients receive before their sockets overflow.
        var moving = Task.Run(move);
        RunUntil(() => moving.IsCompleted, "The move does not end.");
        await moving;
    }

    /// <summary>Drives the clients of all nodes until nodes know each other: they look each second who is in the PoP.</summary>
    public void RunUntilNodesMeet() => First.RunFor(1.5);

    /// <summary>Drives the clients of all nodes until a condition holds.</summary>
    public void RunUntil(Func<bool> condition, string otherwise, double seconds = 20) =>
        _nodes[^1].RunUntil(condition, otherwise, seconds);

    /// <summary>Drives the clients of all nodes until each of these has gone on.</summary>
    public void RunUntilAllGoOn(IReadOnlyList<SocketClient> viewers, int section, int frames)
    {
        var before = viewers
            .Select(viewer => viewer.Client.Played[section].CompleteFrames)
            .ToList();
        RunUntil(
            () =>
                viewers
                    .Select(viewer => viewer.Client.Played[section].CompleteFrames)
                    .Zip(before)
                    .All(pair => pair.First >= pair.Second + frames),
            "Somebody's media does not go on."
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    private static Task<PeerCapture> FindObstacleAsync(MediaNode node, Session session)
    {
        var asked = new TaskCompletionSource<PeerCapture>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        node.State.Shards[session.OwnerShard].Post(new ShardCommand.AskMove(session, asked));
        return asked.Task;
    }

    private ImmutableArray<PopMember> Members()
    {
        lock (_lock)
        {
            return [.. _members];
        }
    }
}
