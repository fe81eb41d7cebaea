using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Control.Contract.Calls;
using Edge.Native.OpenSsl;
using Edge.Native.Sockets;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Early;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.Taking;
using Edge.Node.MeshLink;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Identities;
using Edge.Node.Shards;
using Edge.Node.Steering;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Sessions;

/// <summary>An edge node: negotiates sessions for control and drives their media on its shards.</summary>
/// <remarks>
/// Negotiation runs on the caller's thread; everything a session does afterwards runs on the shard that
/// owns it and is asked for by messages. Threads: any.
/// </remarks>
public sealed partial class MediaNode : IMediaNode, IAsyncDisposable
{
    /// <summary>How often streams without publisher are looked at.</summary>
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait for what others have. Chosen: they say it within milliseconds, and the socket has room for what comes
    /// meanwhile.</summary>
    private static readonly TimeSpan FirstWordsWithin = TimeSpan.FromMilliseconds(200);

    /// <summary>Ports asked of the kernel at most. Chosen: where half of all are taken, one in 256 starts
    /// fails.</summary>
    private const int PortsTried = 8;

    private readonly NodeState _state;
    private readonly SessionIdentities _identities;
    private readonly SessionFactory _factory;
    private readonly CallsNode _calls;
    private readonly SessionTaker _taker;
    private readonly SessionGiver _giver;
    private readonly HandOverDesk? _letters;
    private ConnectionDoor? _connections;
    private readonly ImmutableArray<NetworkAddress> _candidates;
    private readonly ILogger _logger;
    private readonly NodeMetrics _metrics;
    private readonly CancellationTokenSource _stopping = new();
    private Task _housekeeping = Task.CompletedTask;

    private MediaNode(
        NodeState state,
        SessionIdentities identities,
        ImmutableArray<NetworkAddress> candidates
    )
    {
        _state = state;
        _identities = identities;
        TcpCandidates = TcpCandidatesOf(state, candidates);
        _factory = new SessionFactory(state, identities, candidates, TcpCandidates);
        _calls = new CallsNode(state, _factory);
        state.Callers = _calls;
        _taker = new SessionTaker(state, _factory, _calls);
        _giver = new SessionGiver(state, _calls, _taker);
        _letters = state.Options.Steering is { } steering
            ? HandOverDesk.Create(
                state.Options,
                steering,
                _taker,
                TimeProvider.System,
                state.Logger
            )
            : null;
        if (_letters is { } desk && state.Options.Steering is { FollowsFlows: true })
        {
            state.EarlyMoves = new EarlyMoves(state, _giver, desk);
        }

        _candidates = candidates;
        _logger = state.Logger;
        _metrics = new NodeMetrics(state);
    }

    /// <summary>The UDP addresses clients are told, with the port the node really has.</summary>
    public ImmutableArray<NetworkAddress> Candidates => _candidates;

    /// <summary>What its SRTP ciphers run on, for people.</summary>
    public string Ciphers => SrtpCiphers.Best.Description;

    /// <summary>The TCP addresses clients are told.</summary>
    public ImmutableArray<NetworkAddress> TcpCandidates { get; }

    /// <inheritdoc cref="IMediaNode.Calls"/>
    public ICallsNode Calls => _calls;

    /// <inheritdoc/>
    ICallsNode? IMediaNode.Calls => _calls;

    /// <summary>The shards; for tests.</summary>
    internal ReadOnlySpan<Shard> Shards => _state.Shards;

    /// <summary>How many sessions there are, of whatever kind; for tests.</summary>
    internal int SessionCount => _state.Sessions.Count;

    /// <summary>What ties the node to others; for tests.</summary>
    internal MeshEngine? Engine => _state.Engine;

    /// <summary>Makes sessions; for tests.</summary>
    internal SessionFactory Factory => _factory;

    /// <summary>Takes sessions of other nodes; for tests.</summary>
    internal SessionTaker Taker => _taker;

    /// <summary>Gives sessions to other nodes; for tests.</summary>
    internal SessionGiver Giver => _giver;

    /// <summary>Where other processes of this machine give it connections; for tests.</summary>
    internal ConnectionDoor? Connections => _connections;

    /// <summary>What its parts share; for tests.</summary>
    internal NodeState State => _state;

    /// <summary>The packet pools; for tests.</summary>
    internal ReadOnlySpan<PacketPool> Pools => _state.Pools;

    private MediaNodeOptions Options => _state.Options;

    /// <summary>Binds the media port on every shard and starts their threads.</summary>
    public static MediaNodeStart Start(MediaNodeOptions options, ILogger<MediaNode> logger)
    {
        var problems = options.Validate();
        if (!problems.IsEmpty)
        {
            return new MediaNodeStart.Misconfigured(problems);
        }

        var pools = new PacketPool[options.Shards];
        for (var index = 0; index < pools.Length; index++)
        {
            pools[index] = new PacketPool(unchecked((byte)index), options.PacketSlots);
        }

        var state = new NodeState(options, new NodeClock(), pools, logger);
        if (OpenShards(state) is { } unbound)
        {
            return unbound;
        }

        if (OpenFront(state) is { } refused)
        {
            return refused;
        }

        var local = state.Shards[0].Local;
        var identities = new SessionIdentities(
            DtlsCertificate.Create(DateTimeOffset.UtcNow),
            state.Clock.Anchor
        );
        var node = new MediaNode(state, identities, CandidatesOf(options, local));
        if (options.Steering is { } steering)
        {
            var error = node.Steer(steering);
            if (error != SystemError.None)
            {
                node.Abandon();
                return new MediaNodeStart.HopUnbound(error);
            }
        }
        else if (options.Mesh is { IsConnectable: true })
        {
            node.SteerAlone();
        }

        node.Join(options.Mesh);
        node.KeepSessions();
        state.FlowDesk?.Start();
        node.TakeConnections();
        node._letters?.Start();
        state.Adoptions?.Start();
        state.Takeover?.Start();
        // What comes to it for others is read once it knows whose it is; until then the kernel keeps it.
        _ = state.FlowDesk?.AwaitFirstWords(FirstWordsWithin);
        foreach (var shard in state.Shards)
        {
            shard.Start();
        }

        state.Front?.Start();
        node._housekeeping = node.KeepHouseAsync(node._stopping.Token);
        LogStarted(logger, options.Shards, local.Port, SrtpCiphers.Best.Description);
        return new MediaNodeStart.Running(node);
    }

    /// <summary>Ties the node to others, if it is to be.</summary>
    private void Join(MeshOptions? mesh)
    {
        if (mesh is not { IsConnectable: true })
        {
            return;
        }

        var engine = new MeshEngine(_state, mesh);
        var streams = new StreamDesk(_state, engine);
        var desk = new PeerDesk(_state, engine, _factory.Keys, _calls, streams);
        _state.Engine = engine;
        _state.StreamDesk = streams;
        _state.Desk = desk;
        _state.Crossings = new CrossingDesk(_state, engine);
        engine.Start();
        desk.Start();
        _state.Crossings.Start();
    }

    /// <inheritdoc/>
    public NodeReport Report()
    {
        long received = 0;
        long sent = 0;
        long dropped = 0;
        foreach (var shard in _state.Shards)
        {
            received += shard.Stats.MediaIn;
            sent += shard.Stats.MediaOut;
            dropped += shard.Stats.DropsTotal;
        }

        foreach (var session in _state.Sessions.All)
        {
            dropped += SessionReporter.Dropped(session);
        }

        return new NodeReport(
            _state.Publishers,
            _state.Players,
            _state.Calls.Count,
            received,
            sent,
            dropped
        );
    }

    /// <summary>Says what the node counted since its start and what it is at. Threads: one at a time.</summary>
    public Task ReportAsync(IMetricSink sink, CancellationToken cancellation) =>
        _metrics.ReportAsync(sink, cancellation);

    /// <summary>A look at whether the media threads still turn.</summary>
    public ShardPulse CreatePulse() => new([.. _state.Shards]);

    /// <summary>Ends every session with its goodbye and the shards' threads, within the configured time.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        _state.IsStopping = true;
        await _stopping.CancelAsync();
        await _housekeeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _state.Desk?.Dispose();
        _state.StreamDesk?.Dispose();
        _state.Crossings?.Dispose();
        _letters?.Dispose();
        _connections?.Dispose();
        var haveEnded = await Task.Run(StopThreads);
        if (_state.FlowDesk is { } flows)
        {
            // After the shards, whose last words are that their flows have ended.
            await flows.DisposeAsync();
            await _state.Adoptions!.DisposeAsync();
        }

        _state.Arrived.Dispose();
        LogStopped(_logger, haveEnded);
        if (haveEnded)
        {
            // A thread that hangs keeps what it works with.
            foreach (var shard in _state.Shards)
            {
                shard.Dispose();
            }

            _state.Front?.Dispose();
            _identities.Dispose();
        }

        _stopping.Dispose();
    }

    private bool StopThreads()
    {
        var deadline = _state.Clock.Now() + Options.StopWithin;
        // Before the shards, which take what it gives them.
        var haveEnded = _state.Front?.Stop(Options.StopWithin) != false;
        foreach (var shard in _state.Shards)
        {
            shard.Post(new ShardCommand.Stop());
        }

        foreach (var shard in _state.Shards)
        {
            var left = deadline - _state.Clock.Now();
            haveEnded &= shard.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        if (_state.Takeover is { } takeover)
        {
            // After the shards, whose last words are that their sessions have ended.
            haveEnded &= takeover.Stop(Options.StopWithin);
            takeover.Dispose();
        }

        if (_state.Engine is { } engine)
        {
            // After the shards: what they carried last holds claims on their slots.
            haveEnded &= engine.Stop(Options.StopWithin);
            engine.Dispose();
        }

        return haveEnded;
    }

    /// <summary>Opens a UDP socket and a TCP listener a shard, all on one port: the first one's is the
    /// others'. Null when that was done.</summary>
    private static MediaNodeStart.Unbound? OpenShards(NodeState state)
    {
        var local = state.Options.Media;
        var tcp = state.Options.MediaTcp;
        for (var index = 0; index < state.Shards.Length; index++)
        {
            var unbound = OpenShard(state, index, local, tcp, out var shard);
            if (unbound is not null)
            {
                foreach (var opened in state.Shards.AsSpan(0, index))
                {
                    opened.Dispose();
                }

                return unbound;
            }

            state.Shards[index] = shard!;
            local = shard!.Local;
            tcp = tcp.IsEmpty ? default : shard.Listening;
        }

        return null;
    }

    /// <summary>Opens a shard's socket and listener. Where the kernel may choose the port, one that is free for
    /// UDP can be taken for TCP: then it is asked for another.</summary>
    private static MediaNodeStart.Unbound? OpenShard(
        NodeState state,
        int index,
        NetworkAddress local,
        NetworkAddress tcp,
        out Shard? shard
    )
    {
        var options = state.Options;
        var udp = new UdpSocketOptions(local, options.SocketBufferBytes, options.SocketBufferBytes);
        var number = unchecked((byte)index);
        var error = SystemError.AddressInUse;
        shard = null;
        for (
            var attempt = 0;
            attempt == 0
                || (local.Port == 0 && attempt < PortsTried && error == SystemError.AddressInUse);
            attempt++
        )
        {
            error = ShardIo.TryOpen(udp, state.Pools[index], state.Clock, number, out var io);
            if (error != SystemError.None)
            {
                return new MediaNodeStart.Unbound("UDP", error);
            }

            error = io!.TryListen(tcp);
            if (error == SystemError.None)
            {
                shard = new Shard(index, io, state);
                return null;
            }

            io.Dispose();
        }

        return new MediaNodeStart.Unbound("TCP", error);
    }

    private static ImmutableArray<NetworkAddress> CandidatesOf(
        MediaNodeOptions options,
        NetworkAddress local
    )
    {
        if (options.Advertised.IsDefaultOrEmpty)
        {
            return [local];
        }

        var candidates = ImmutableArray.CreateBuilder<NetworkAddress>(options.Advertised.Length);
        foreach (var address in options.Advertised)
        {
            candidates.Add(address.Port == 0 ? address.WithPort(local.Port) : address);
        }

        return candidates.ToImmutable();
    }

    private async Task KeepHouseAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(HousekeepingInterval);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            KeepHouse();
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "An error of ours costs one look, not all that would follow."
    )]
    private void KeepHouse()
    {
        try
        {
            _state.Apply(_state.Streams.Expire(_state.Clock.Now()));
            var now = _state.Clock.Now();
            _calls.Expire(now);
            _calls.WatchSilence(now);
            _calls.WatchWanted(now);
            _calls.Measure(now);
            _state.Engine?.KeepHouse(now);
            _state.Desk?.KeepHouse(now);
            _state.FlowDesk?.KeepHouse(now);
            _state.Adoptions?.KeepHouse(now);
            _state.Arrived.KeepHouse(now);
            _state.StreamDesk?.KeepHouse(now);
            _factory.TrimPending();
        }
        catch (Exception error)
        {
            LogHousekeepingFault(_logger, error);
        }
    }
}
