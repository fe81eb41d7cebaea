using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Anycast.Steering;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Mesh.Paths;
using Edge.Mesh.Peers;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Microsoft.Extensions.Logging;

namespace Edge.Node.MeshLink;

/// <summary>The thread between this node's shards and the buses: it sends others what they watch, and
/// says what is watched here.</summary>
/// <remarks>
/// A turn: take commands; take what shards carry here; send pictures that are whole or waited long enough;
/// do what is due; say what is wanted. What comes of others' media does not pass here: the bus's threads
/// put it into the inbox of the shard that takes it. Bounded: rings from shards, which drop and count; what
/// is published is bounded by the bus. Nothing here waits for the network, so that a bus that hangs costs
/// its own messages alone. A shard that has nothing else to do sends what it carried itself
/// (<see cref="SendCarried"/>): to wake this thread costs more than all it does for a burst. Owner: what is not
/// marked "any" belongs to who has the turn, mostly the thread.
/// </remarks>
internal sealed partial class MeshEngine : IDisposable
{
    /// <summary>Ring places that all shards share. Chosen: as between shards, a replayed key frame fits.</summary>
    private const int PlacesTotal = 16_384;
    private const int PlacesMin = 512;

    /// <summary>Packets taken of one ring in a turn. Chosen: some frames, so that no shard waits for another.</summary>
    private const int RingTurnMax = 512;

    /// <summary>Commands taken in a turn.</summary>
    private const int CommandTurnMax = 256;

    /// <summary>Bytes of messages of data channels after which commands wait for the next turn. Chosen: a
    /// millisecond of copying, so that media goes on between.</summary>
    private const int MessageBytesTurnMax = 1024 * 1024;

    /// <summary>Most commands of other nodes that wait. Chosen: seconds of what a thousand nodes say.</summary>
    private const int DemandsMax = 8192;

    /// <summary>Longest wait; only bounds the harm of a lost wake.</summary>
    private const int WaitMsMax = 500;

    private readonly NodeState _node;
    private readonly MeshOptions _options;
    private readonly NodeAddress _self;
    private readonly ulong _life;
    private readonly ILogger _logger;
    private readonly SpscRing<CarriedPacket>[] _rings;
    private readonly ConcurrentQueue<MeshCommand> _commands = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Lock _turn = new();
    private readonly Thread _thread;
    private readonly ExportDesk _exports;
    private readonly WatchBook _watches;
    private readonly Dictionary<(TrackToken Track, int Layer), IDisposable> _subscriptions = [];
    private readonly List<IDisposable> _permanent = [];
    private readonly byte[] _demand = new byte[MeshLimits.DemandBytesMax];
    private MeshStats _stats;
    private long _malformed;
    private int _demandCount;
    private int _isAsleep;
    private volatile bool _isStopping;
    private volatile bool _hasEnded;

    /// <summary>Makes an engine whose thread does not run yet.</summary>
    public MeshEngine(NodeState node, MeshOptions options)
    {
        _node = node;
        _options = options;
        _logger = node.Logger;
        _self = new NodeAddress(
            OwnerCode.NumberOf(node.Options.Pop),
            OwnerCode.NumberOf(node.Options.Node)
        );
        _life = node.Clock.Life;
        _exports = new ExportDesk(_self, _life, node.Pools, this, Peers);
        _paths = new PathBook(Peers);
        _watches = new WatchBook(_self, _life);
        Channels = new MeshChannels(node, this, options, _exports.Origins, _watches);
        var places = Math.Max(PlacesMin, PlacesTotal / node.Options.Shards);
        _rings = new SpscRing<CarriedPacket>[node.Options.Shards];
        for (var shard = 0; shard < _rings.Length; shard++)
        {
            _rings[shard] = new SpscRing<CarriedPacket>(places);
        }

        _thread = new Thread(Run) { Name = "mesh", IsBackground = true };
    }

    /// <summary>This node. Threads: any.</summary>
    public NodeAddress Self => _self;

    /// <summary>This life of this node. Threads: any.</summary>
    public MeshWatcher Watcher => new(_self.Pop, _self.Node, _life);

    /// <summary>What goes to other PoPs and comes from them. Threads: any may read.</summary>
    public PeerPops Peers { get; } = new();

    /// <summary>Data channels between nodes.</summary>
    public MeshChannels Channels { get; }

    /// <summary>The counters. Threads: others read single values.</summary>
    public ref readonly MeshStats Stats => ref _stats;

    /// <summary>Subscribes what every node listens to, and starts the thread.</summary>
    public void Start()
    {
        foreach (var bus in Buses)
        {
            _permanent.Add(bus.WatchConnection(HandleConnection));
        }

        _permanent.Add(Listen(_self));
        if (_node.Adoptions is { } adoptions)
        {
            _permanent.Add(adoptions.Follow(Listen));
        }

        foreach (var bus in (IBus?[])[_options.Near, _options.FarMedia ?? _options.Far])
        {
            if (bus is not null)
            {
                _permanent.Add(bus.SubscribeDirect(MeshSubjects.CachePattern(_self), HandleCached));
            }
        }

        _thread.Start();
    }

    /// <summary>Listens to what watchers say to a node: this one, or one whose sessions are here.</summary>
    private Subscriptions Listen(NodeAddress name) =>
        Subscriptions
            .OnEach(Buses, MeshSubjects.DemandPattern(name), _ => HandleDemand)
            .With(Subscriptions.OnEach(Buses, MeshSubjects.AckPattern(name), _ => HandleAck))
            .With(
                Subscriptions.OnEach(
                    Buses,
                    MeshSubjects.ReplyPattern(name),
                    _ => Channels.HandleReply
                )
            );

    /// <summary>Asks something of the thread. What fails, or comes after its end, is said to have failed to who waits for
    /// it. Threads: any.</summary>
    public void Post(MeshCommand command)
    {
        _commands.Enqueue(command);
        WakeIfAsleep();
        if (_hasEnded)
        {
            FailCommands();
        }
    }

    /// <summary>Gives a packet to the thread, with a claim on its slot; false when it has too many. Threads:
    /// the shard. Then wake the thread once the turn is over.</summary>
    public bool TryCarry(int shard, in CarriedPacket packet) => _rings[shard].TryWrite(packet);

    /// <summary>Ends the thread's wait if it waits. Threads: any, after writing what it is to see.</summary>
    [HotPath]
    public void WakeIfAsleep()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) != 0 && Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            _ = _wake.Set();
        }
    }

    /// <summary>Draws a number that is greater than all that this life and those before have drawn.</summary>
    public ulong NextGeneration() => _exports.NextGeneration();

    /// <summary>Counts a message of another node that makes no sense.</summary>
    public void CountMalformed() => _malformed++;

    /// <summary>Ends the thread; false when it does not end in time.</summary>
    public bool Stop(TimeSpan within)
    {
        _isStopping = true;
        _ = _wake.Set();
        return !_thread.IsAlive || _thread.Join(within);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var subscription in _permanent.Concat(_subscriptions.Values))
        {
            subscription.Dispose();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            Wait(TryTurn());
        }

        _ = TryTurn();
        _hasEnded = true;
        // Whoever posts now either finds its command failed here, or sees that it has to.
        Interlocked.MemoryBarrier();
        FailCommands();
        lock (_turn)
        {
            Channels.Clear();
            ReleaseAll();
        }
    }

    private void FailCommands()
    {
        while (_commands.TryDequeue(out var command))
        {
            command.Fail(new OperationCanceledException("The mesh has ended."));
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "An error of ours costs one turn, not the mesh."
    )]
    private Instant TryTurn()
    {
        lock (_turn)
        {
            try
            {
                return Turn();
            }
            catch (Exception error)
            {
                NoteFault(error);
                return Instant.Zero;
            }
        }
    }

    private void NoteFault(Exception error)
    {
        _stats.Faults++;
        LogFault(_logger, error);
    }

    /// <summary>Does what there is to do.</summary>
    /// <returns>When there is more.</returns>
    private Instant Turn()
    {
        var now = _node.Clock.Now();
        var hasMore = TakeCommands(now);
        hasMore |= TakePackets(now);
        _exports.Flush(WallNow(), now);
        RunTimers(now);
        SayWhatIsWanted(now);
        FlushBuses();
        NoteStats();
        return hasMore
            ? now
            : Instant.Min(
                Instant.Min(_watches.PollTimeout(), _exports.PollTimeout()),
                Instant.Min(_paths.PollTimeout(), Channels.PollTimeout())
            );
    }

    /// <summary>Sleeps until there is something to do; as in a shard, no wake is missed.</summary>
    private void Wait(Instant next)
    {
        var now = _node.Clock.Now();
        if (next <= now || _isStopping)
        {
            return;
        }

        Volatile.Write(ref _isAsleep, 1);
        Interlocked.MemoryBarrier();
        if (_commands.IsEmpty && !HasPackets() && !_isStopping)
        {
            var ticks = Math.Min(next.Ticks - now.Ticks, WaitMsMax * TimeSpan.TicksPerMillisecond);
            var ms = (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
            _ = _wake.WaitOne((int)ms);
        }

        Volatile.Write(ref _isAsleep, 0);
    }

    private bool TakeCommands(Instant now)
    {
        Channels.PublishedBytes = 0;
        // At the end all that shards said last: that their channels have ended.
        var countMax = _isStopping ? _commands.Count : CommandTurnMax;
        var bytesMax = _isStopping ? int.MaxValue : MessageBytesTurnMax;
        for (var taken = 0; taken < countMax && Channels.PublishedBytes < bytesMax; taken++)
        {
            if (!_commands.TryDequeue(out var command))
            {
                return false;
            }

            TryHandle(command, now);
        }

        return true;
    }

    /// <summary>Who waits for what fails hears of it.</summary>
    private void TryHandle(MeshCommand command, Instant now)
    {
        try
        {
            Handle(command, now);
        }
        catch (Exception error)
        {
            command.Fail(error);
            throw;
        }
    }

    private void Handle(MeshCommand command, Instant now)
    {
        switch (command)
        {
            case MeshCommand.Export export:
                _exports.Export(export.Track);
                break;
            case MeshCommand.Withdraw withdraw:
                _exports.Withdraw(withdraw.Track, WallNow());
                break;
            case MeshCommand.NoteLayers note:
                _exports.HandleLayers(note.Track, note.Layers, WallNow(), now);
                break;
            case MeshCommand.Watch watch:
                Watch(watch.Track, now);
                break;
            case MeshCommand.Unwatch unwatch:
                Unwatch(unwatch.Track, now);
                break;
            case MeshCommand.HandOver handOver:
                HandOver(handOver.Track, handOver.Owner, now);
                break;
            case MeshCommand.Release release:
                Release(release, now);
                break;
            case MeshCommand.TellMoved moved:
                _exports.TellMoved(moved.Memory, moved.Source, moved.Heir, now);
                break;
            case MeshCommand.Resume resume:
                _exports.Resume(resume.Track, resume.Memory, WallNow(), now);
                resume.Done.TrySetResult();
                break;
            case MeshCommand.Prepare prepare:
                Prepare(prepare.Track, now);
                prepare.Done.TrySetResult();
                break;
            case MeshCommand.LookAtWanted look:
                LookAtWanted(look.Track, now);
                break;
            case MeshCommand.WantKeyFrame want:
                want.Track.Intake.Path?.Peer.NoteKeyFrameWanted();
                _watches.WantKeyFrame(want.Track.Token, want.Layer, now);
                break;
            case MeshCommand.Demand demand:
                Interlocked.Decrement(ref _demandCount);
                _exports.HandleDemand(demand.Of, demand.Bytes, WallNow(), now);
                break;
            case ChannelCommand.TakeAck ack:
                Interlocked.Decrement(ref _demandCount);
                Channels.Handle(ack, now);
                break;
            case ChannelCommand channel:
                Channels.Handle(channel, now);
                break;
            case MeshCommand.Reconnected:
                _watches.HandleReconnected(now);
                break;
            default:
                break;
        }
    }

    private void RunTimers(Instant now)
    {
        LookAtPaths(now);
        if (_watches.PollTimeout() <= now)
        {
            _watches.HandleTimeout(now);
            TakeWatchEvents();
        }

        if (_exports.PollTimeout() <= now)
        {
            _exports.HandleTimeout(WallNow(), now);
        }

        Channels.HandleTimeout(now);
    }

    private void NoteStats()
    {
        ref readonly var stats = ref _exports.Stats;
        _stats.LayersCarried = stats.LayersCarried;
        _stats.ShortPaths = _paths.ShortPaths;
        _stats.TooLate = stats.TooLate;
        _stats.TooLong = stats.TooLong;
        _stats.Malformed = stats.Malformed + _malformed;
    }

    private void HandleConnection(bool isConnected)
    {
        if (isConnected)
        {
            Post(new MeshCommand.Reconnected());
        }
    }

    /// <summary>The buses for what is small. Threads: any.</summary>
    public IEnumerable<IBus> Buses
    {
        get
        {
            if (_options.Near is { } near)
            {
                yield return near;
            }

            if (_options.Far is { } far)
            {
                yield return far;
            }
        }
    }

    /// <summary>The bus to a node, for what is small. Threads: any.</summary>
    public IBus BusTo(NodeAddress node) =>
        node.Pop == _self.Pop && _options.Near is { } near ? near : _options.Far ?? _options.Near!;

    /// <summary>The bus to a PoP, for media. Threads: any.</summary>
    private IBus MediaBusTo(ushort pop) => pop == _self.Pop ? NearMediaBus : FarMediaBus;

    private IBus NearMediaBus => _options.Near ?? FarMediaBus;

    /// <summary>The bus between PoPs for media. Threads: any.</summary>
    public IBus FarMediaBus => _options.FarMedia ?? _options.Far ?? _options.Near!;
}
