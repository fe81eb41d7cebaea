using System.Net.Sockets;
using System.Numerics;
using Edge.Forwarding.Downlinks;
using Edge.Mesh.Demand;
using Edge.Native.Sockets;
using Edge.Node.MeshLink;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions;
using Edge.Node.Shards.Connections;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Node.Shards;

/// <summary>One media thread with its socket, its packet slots and the sessions it owns.</summary>
/// <remarks>
/// A turn of the loop: wait; receive a batch; take what other shards sent; take commands; run timers;
/// settle what was touched; send; wake whom something was sent to; make a step of a handshake. The clock
/// is read once after the wait. Owner: everything here belongs to the thread, but for <see cref="Post"/>,
/// <see cref="TryPost"/>, <see cref="WakeIfAsleep"/> and <see cref="Stats"/>. Nothing on the packet path
/// allocates, locks or throws; an error of ours ends the one session it happened in.
/// </remarks>
internal sealed partial class Shard : IDisposable
{
    /// <summary>Chosen: nothing needs it (wakes and timers end a wait); it only bounds the harm of a lost wake.</summary>
    private const int WaitMsMax = 500;

    /// <summary>Messages taken from one ring in a turn. Chosen: four receive batches, so that a busy
    /// neighbour delays the own socket by less than half a millisecond.</summary>
    private const int RingTurnMax = 256;

    /// <summary>Commands taken in a turn; the rest waits for the next.</summary>
    private const int CommandTurnMax = 64;

    /// <summary>Replicas a shard has for each publisher at most: two tracks, and two that are just going.</summary>
    private const int ReplicasPerPublisher = 4;

    /// <summary>Replicas a shard has for each other session. Chosen: a camera, a screen, their sound, and
    /// as many again that are just going; few that push dozens find room among the many that push none.
    /// Media of further tracks is dropped and counted.</summary>
    private const int ReplicasPerSession = 8;

    /// <summary>Busy turns after which the listener is asked for. Chosen: a sixteenth of a system call a turn, and
    /// no connection waits for more than sixteen batches.</summary>
    private const int TurnsUnasked = 16;

    /// <summary>Flows of which the map has room from the start.</summary>
    private const int FlowsExpected = 1024;

    /// <summary>Shortest time until a deadline: a core that is due again at once cannot keep the thread spinning.</summary>
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    /// <summary>Least time between two rounds of freeing caches. Chosen: time for other shards to act.</summary>
    private static readonly TimeSpan RelieveInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a round of freeing caches should have helped. Chosen: filling the slots honestly
    /// again takes longer.</summary>
    private static readonly TimeSpan RelieveMemoryAge = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two log lines on short slots: whoever causes them can do so for long.</summary>
    private static readonly TimeSpan LogShortInterval = TimeSpan.FromSeconds(10);

    private readonly NodeState _node;
    private readonly ShardIo _io;
    private readonly PacketPool[] _pools;
    private readonly ShardMailbox _mailbox = new();
    private readonly Dictionary<NetworkAddress, Session> _flows = new(FlowsExpected);
    private readonly Dictionary<int, Session> _portOwners = [];
    private readonly ConnectionTable _connections;
    private readonly TimedSlots<Session> _sessions;
    private readonly TimedSlots<TrackReplica> _replicas;
    private readonly TimedSlots<RemoteTrack> _feeds;
    private readonly RentedInbox<RemoteTrack> _frames = new(FrameBytesMax);
    private readonly WaitingRoom _waiting;
    private readonly Thread _thread;
    private readonly ILogger _logger;
    private readonly ShardFigures _figures = new();
    private ShardStats _stats;
    private ulong _wroteTo;
    private Instant _relieveAt;
    private Instant _logShortAt;
    private int _isAsleep;
    private bool _isStopping;

    /// <summary>Makes a shard whose thread does not run yet.</summary>
    public Shard(int index, ShardIo io, NodeState node)
    {
        Index = index;
        _io = io;
        _node = node;
        _pools = node.Pools;
        _waiting = new WaitingRoom(_pools);
        _logger = node.Logger;
        _connections = new(index, _pools, node.ConnectionsOfShardMax);
        _sessions = new(node.Options.SessionsMax);
        _replicas = new(
            (node.Options.PublishersMax * ReplicasPerPublisher)
                + (node.Options.SessionsMax * ReplicasPerSession)
        );
        _feeds = new(WatchBook.TracksMax);
        _listeners = new(node.Options.SessionsMax);
        InboundBudget = new ByteBudget(node.Options.ChannelBytesMax / node.Options.Shards);
        _thread = new Thread(Run) { Name = $"shard-{index}", IsBackground = true };
    }

    /// <summary>Its number in the node.</summary>
    public int Index { get; }

    /// <summary>The address of its socket.</summary>
    public NetworkAddress Local => _io.Local;

    /// <summary>Gives its socket of the media port to another process, too. Threads: any.</summary>
    public SystemError GiveMediaTo(SafeSocketHandle link) => _io.GiveTo(link);

    /// <summary>The address of its listener for TCP.</summary>
    public NetworkAddress Listening => _io.Listening;

    /// <summary>What may wait here of data channels of other nodes. Threads: any.</summary>
    public ByteBudget InboundBudget { get; }

    /// <summary>The counters. Threads: others read single values.</summary>
    public ref readonly ShardStats Stats => ref _stats;

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Waits for the thread to end; false when it does not in time.</summary>
    public bool Join(TimeSpan within) => _thread.Join(within);

    /// <summary>Posts a request of the control plane; false when the shard has too many. Threads: any.</summary>
    public bool TryPost(ShardCommand command)
    {
        var posted = _mailbox.TryPost(command);
        WakeIfAsleep();
        RefuseIfEnded();
        return posted;
    }

    /// <summary>Posts what must not be lost. Threads: any.</summary>
    public void Post(ShardCommand command)
    {
        _mailbox.Post(command);
        WakeIfAsleep();
        RefuseIfEnded();
    }

    /// <summary>Ends the shard's wait if it waits. Threads: any, after writing what it is to see.</summary>
    [HotPath]
    public void WakeIfAsleep()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) != 0 && Interlocked.Exchange(ref _isAsleep, 0) != 0)
        {
            _io.Wake();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _io.Dispose();

    private void Run()
    {
        LogStarted(_logger, Index);
        // Before the first datagrams: whose they are, others have said meanwhile.
        while (TakeCommands(_node.Clock.Now())) { }

        var hasMore = false;
        while (!_isStopping)
        {
            hasMore = Turn(hasMore);
        }

        ClearDownlinks();
        CloseReplicas();
        _frames.Clear();
        _crossings.Clear();
        ReturnMessages();
        DropHandshakes();
        CloseConnections();
        _mailbox.Close();
        RefuseAll();
        AbortGiven();

        LogStopped(_logger, Index);
    }

    /// <summary>A command that came after the shard's last look is answered by who posted it.</summary>
    private void RefuseIfEnded()
    {
        if (_mailbox.IsClosed)
        {
            RefuseAll();
        }
    }

    private void RefuseAll()
    {
        while (_mailbox.TryTake(out var command))
        {
            Refuse(command);
        }
    }

    /// <summary>One turn of the loop; true when there is more to do at once.</summary>
    [HotPath]
    private bool Turn(bool hasMore)
    {
        var ready = hasMore ? Look() : Wait();
        var now = _node.Clock.Now();
        hasMore = (ready & EpollReady.Socket) != EpollReady.None && Receive(now);
        if ((ready & EpollReady.Port) != EpollReady.None)
        {
            ReceiveFromPorts(now);
        }

        if ((ready & EpollReady.Connection) != EpollReady.None)
        {
            ServeConnections(now);
        }

        hasMore |= AcceptConnections(ready, now);
        hasMore |= TakeFromShards(now);
        hasMore |= TakeFrames(now);
        hasMore |= TakeCrossings(now);
        hasMore |= TakeRemoteMessages(now);
        hasMore |= TakeCommands(now);
        RunTimers(now);
        SettleSessions(now);
        SettleReplicas(now);
        SettleFeeds(now);
        SettleSessions(now);
        SettleListeners(now);
        SendAll(now);
        SendCarried(isBusy: hasMore || _sessions.HasTouched || _replicas.HasTouched, now);
        StepHandshake();
        _stats.Turns++;
        _stats.Sent = _io.SentCount + _framesSent;
        _stats.Runs = _io.MessageCount;
        _stats.ConnectionsOpen = _connections.Count;
        _stats.Drops[(int)ShardDrop.SendRefused] = _io.RefusedCount;
        if (_node.Options.MeasuresAllocation)
        {
            _stats.AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
        }

        return hasMore || _sessions.HasTouched || _replicas.HasTouched;
    }

    /// <summary>Sends what was written for clients, and wakes whom something was given.</summary>
    [HotPath]
    private void SendAll(Instant now)
    {
        _io.Flush();
        FlushConnections(now);
        WakeOthers();
    }

    /// <summary>What a turn receives from that does not wait: the shared port is tried unasked, others are
    /// asked for where there are any, and a listener has time.</summary>
    [HotPath]
    private EpollReady Look()
    {
        var mustAsk = _io.HasPorts || _connections.Count > 0 || _stats.Turns % TurnsUnasked == 0;
        return mustAsk ? _io.Wait(timeoutMs: 0) | EpollReady.Socket : EpollReady.Socket;
    }

    /// <summary>Sleeps until there is something to do. The flag goes up before the last look at the
    /// queues, and producers look at the flag after writing, so that no wake is missed.</summary>
    [HotPath]
    private EpollReady Wait()
    {
        var next = Instant.Min(
            Instant.Min(_sessions.Next, _replicas.Next),
            Instant.Min(
                Instant.Min(_feeds.Next, _listeners.Next),
                Instant.Min(Instant.Min(_heldUntil, _carriedDueAt), NextHandshake)
            )
        );
        var timeoutMs = WaitMs(next, _node.Clock.Now());
        if (timeoutMs > 0)
        {
            Volatile.Write(ref _isAsleep, 1);
            Interlocked.MemoryBarrier();
            if (HasMessages())
            {
                timeoutMs = 0;
            }
        }

        var ready = _io.Wait(timeoutMs);
        Volatile.Write(ref _isAsleep, 0);
        return ready;
    }

    private static int WaitMs(Instant next, Instant now)
    {
        if (next <= now)
        {
            return 0;
        }

        // Rounded up: waking before the deadline would only mean another turn.
        var ticks = Math.Min(next.Ticks - now.Ticks, WaitMsMax * TimeSpan.TicksPerMillisecond);
        return (int)((ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
    }

    private bool HasMessages()
    {
        if (
            !_mailbox.IsEmpty
            || !_frames.IsEmpty
            || !_crossings.IsEmpty
            || !_arrived.IsEmpty
            || !_given.IsEmpty
        )
        {
            return true;
        }

        for (var from = 0; from < _node.Mesh.ShardCount; from++)
        {
            if (from != Index && !_node.Mesh.Link(from, Index).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    [HotPath]
    private void RunTimers(Instant now)
    {
        while (_sessions.TryTakeDue(out var session, now))
        {
            HandleTimeout(session!, now);
        }

        while (_replicas.TryTakeDue(out var replica, now))
        {
            var sink = new ViewerSink(this, now);
            replica!.Track.HandleTimeout(ref sink, now);
            _replicas.Touch(replica.Slot);
        }

        while (_feeds.TryTakeDue(out var feed, now))
        {
            _feeds.Touch(feed!.Slot);
        }
    }

    [HotPath]
    private void WakeOthers()
    {
        while (_wroteTo != 0)
        {
            var shard = BitOperations.TrailingZeroCount(_wroteTo);
            _wroteTo &= _wroteTo - 1;
            _node.Shards[shard].WakeIfAsleep();
        }
    }

    [HotPath]
    private void Drop(ShardDrop reason) => _stats.Drops[(int)reason]++;

    [HotPath]
    private Span<byte> Bytes(in Arrival arrival) =>
        _pools[arrival.Handle.Pool].Slot(arrival.Handle)[..arrival.Length];

    /// <summary>Adds a claim, if there is a slot: padding out of a cache has none.</summary>
    [HotPath]
    private void Claim(PacketHandle handle)
    {
        if (!handle.IsNone)
        {
            _pools[handle.Pool].AddReference(handle);
        }
    }

    [HotPath]
    private void Release(PacketHandle handle)
    {
        if (!handle.IsNone)
        {
            _pools[handle.Pool].Release(handle);
        }
    }
}
