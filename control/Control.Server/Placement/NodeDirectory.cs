using System.Collections.Immutable;
using Anycast.Steering;
using Control.Contract.Nodes;
using Edge.Bus;

namespace Control.Server.Placement;

/// <summary>The nodes that this process knows, from what they say of themselves.</summary>
/// <remarks>
/// A node that is silent for <see cref="NodeAnnouncement.SilenceMax"/> gets no new sessions; it is
/// remembered for <see cref="LostAfter"/>, because its sessions may live while it cannot be heard. Two names
/// with one number are one node to everybody who reads a session id, so the second is not let in.
/// Threads: any.
/// </remarks>
internal sealed partial class NodeDirectory : IDisposable
{
    /// <summary>Silence after which a node's sessions are given up. Chosen: that of clients after which a node
    /// gives up theirs, so whoever comes back later makes a new session anyway.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(30);

    /// <summary>Most nodes. Chosen: more than a mesh of this kind has; what it has to hold is 4 MB.</summary>
    public const int NodesMax = 4096;

    /// <summary>How long others are tried before a node that did not answer.</summary>
    private static readonly TimeSpan AvoidFor = TimeSpan.FromSeconds(5);

    private readonly NodeBuses _buses;
    private readonly string _ownPop;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeAddress, Entry> _entries = [];

    // One node of each PoP, for its name.
    private readonly Dictionary<ushort, Entry> _pops = [];
    private readonly Dictionary<IBus, long?> _listeningSince = [];
    private readonly HashSet<(NodeAddress, string)> _reported = [];
    private readonly List<IDisposable> _subscriptions = [];
    private ITimer? _sweep;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Makes it; it listens once started.</summary>
    public NodeDirectory(NodeBuses buses, string ownPop, TimeProvider time, ILogger log)
    {
        _buses = buses;
        _ownPop = ownPop;
        _time = time;
        _log = log;
    }

    /// <summary>Completes with the next change of which nodes there are, or of their lives. Take it before
    /// looking, so that what comes in between is seen.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Whether whoever is there has been heard by now: every bus is connected, for as long as nodes
    /// are silent at most.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_lock)
            {
                return _listeningSince.Values.All(since =>
                    since is { } begin && Since(begin) >= NodeAnnouncement.SilenceMax
                );
            }
        }
    }

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        if (_buses.Lan is { } lan)
        {
            Listen(lan, NodeSubject.AnnouncementsOf(_buses.OwnPop));
        }

        if (_buses.Nats is { } nats)
        {
            Listen(nats, NodeSubject.Announcements);
        }

        _sweep = _time.CreateTimer(
            _ => Sweep(),
            state: null,
            NodeAnnouncement.Interval,
            NodeAnnouncement.Interval
        );
    }

    /// <summary>Every node that is known, also those that are silent or have ended lately.</summary>
    public ImmutableArray<NodeSight> Look()
    {
        lock (_lock)
        {
            var sights = ImmutableArray.CreateBuilder<NodeSight>(_entries.Count);
            foreach (var entry in _entries.Values)
            {
                sights.Add(ToSight(entry));
            }

            return sights.MoveToImmutable();
        }
    }

    /// <summary>A node as it is seen now; null when it is not known.</summary>
    public NodeSight? Find(NodeAddress node)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(node, out var entry) ? ToSight(entry) : null;
        }
    }

    /// <summary>Whether a node that nobody answers for has been gone for so long that its sessions are too:
    /// it said so, or was not heard of although it would have been.</summary>
    public bool IsLost(NodeAddress node)
    {
        lock (_lock)
        {
            if (_buses.Find(node) is not { } bus)
            {
                return true;
            }

            if (_listeningSince.GetValueOrDefault(bus) is not { } since)
            {
                return false;
            }

            return _entries.TryGetValue(node, out var entry)
                ? ToStanding(entry) == NodeStanding.Stopped
                    || Since(Math.Max(since, entry.HeardAt)) >= LostAfter
                : Since(since) >= LostAfter;
        }
    }

    /// <summary>Notes that a session was made at a node: until it says so itself, it counts as there.</summary>
    public void NotePlaced(NodeAddress node)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(node, out var entry))
            {
                entry.PlacedCount++;
            }
        }
    }

    /// <summary>Notes that a node did not do what it says it can: others are tried first for a while.</summary>
    public void Avoid(NodeAddress node)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(node, out var entry))
            {
                entry.AvoidedAt = _time.GetTimestamp();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }

        _sweep?.Dispose();
    }

    private void Listen(IBus bus, string pattern)
    {
        _subscriptions.Add(bus.WatchConnection(_ => NoteConnection(bus)));
        NoteConnection(bus);
        _subscriptions.Add(bus.Subscribe(pattern, message => Handle(bus, message)));
    }

    private void NoteConnection(IBus bus)
    {
        lock (_lock)
        {
            // What is told of a change may come late; what is now counts.
            var since = _listeningSince.GetValueOrDefault(bus);
            _listeningSince[bus] = bus.IsConnected ? since ?? _time.GetTimestamp() : null;
        }
    }

    private void Handle(IBus bus, BusMessage message)
    {
        if (
            !NodeSubject.TryParseAnnouncement(message.Subject, out var address)
            || (_buses.Find(address) != bus && address.Pop != _buses.OwnPop)
        )
        {
            return;
        }

        var isRead = NodeJson.TryRead(
            message.Payload,
            NodeJson.Types.NodeAnnouncement,
            out var announcement
        );
        lock (_lock)
        {
            if (!isRead || !IsOf(announcement!, address))
            {
                if (IsNews(address, "unusable"))
                {
                    LogUnusable(_log, address);
                }
            }
            // The own PoP is heard where it is, and its name everywhere: no other one may have its number.
            else if (IsLetIn(announcement!) && _buses.Find(address) == bus)
            {
                Take(announcement!);
            }
        }
    }

    private static bool IsOf(NodeAnnouncement announcement, NodeAddress address) =>
        announcement.Address == address
        && announcement.SessionsMax > 0
        && OwnerCode.NumberOf(announcement.Pop) == address.Pop
        && OwnerCode.NumberOf(announcement.Node) == address.Node;

    /// <summary>Whether no other name has the numbers of this one.</summary>
    private bool IsLetIn(NodeAnnouncement announcement)
    {
        var address = announcement.Address;
        var known =
            address.Pop == _buses.OwnPop && !Same(announcement.Pop, _ownPop) ? $"PoP {_ownPop}"
            : FindOther(announcement) is { } other ? $"{other.Node} of PoP {other.Pop}"
            : null;
        if (known is not null && IsNews(address, $"{announcement.Pop}/{announcement.Node}"))
        {
            LogClash(_log, announcement.Node, announcement.Pop, known);
        }

        return known is null;
    }

    private NodeAnnouncement? FindOther(NodeAnnouncement announcement)
    {
        if (
            _entries.TryGetValue(announcement.Address, out var entry)
            && !Same(entry.Announcement.Node, announcement.Node)
        )
        {
            return entry.Announcement;
        }

        return
            _pops.TryGetValue(announcement.PopNumber, out var pop)
            && !Same(pop.Announcement.Pop, announcement.Pop)
            ? pop.Announcement
            : null;
    }

    private void Take(NodeAnnouncement announcement)
    {
        var address = announcement.Address;
        if (!_entries.TryGetValue(address, out var entry))
        {
            Meet(announcement);
            return;
        }

        var (node, pop) = (announcement.Node, announcement.Pop);
        if (entry.IsSilent)
        {
            LogBack(_log, node, pop);
        }

        var isAnotherLife = entry.Announcement.Life != announcement.Life;
        if (isAnotherLife)
        {
            if (entry.LifeBefore == announcement.Life && IsNews(address, "twice"))
            {
                LogTwice(_log, node, pop);
            }

            entry.LifeBefore = entry.Announcement.Life;
        }

        var readiness = announcement.Readiness;
        var isNewReadiness = entry.Announcement.Readiness != readiness;
        if (isAnotherLife || isNewReadiness)
        {
            LogReadiness(_log, node, pop, readiness);
        }

        var hasChanged =
            entry.IsSilent
            || isAnotherLife
            || (isNewReadiness && readiness == NodeReadiness.Stopped);
        entry.Announcement = announcement;
        entry.HeardAt = _time.GetTimestamp();
        entry.IsSilent = false;
        entry.PlacedCount = 0;
        if (hasChanged)
        {
            Signal();
        }
    }

    private void Meet(NodeAnnouncement announcement)
    {
        if (_entries.Count >= NodesMax)
        {
            if (IsNews(default, "many"))
            {
                LogTooMany(_log, NodesMax);
            }

            return;
        }

        var entry = new Entry(announcement, _time.GetTimestamp());
        _entries.Add(announcement.Address, entry);
        _pops.TryAdd(announcement.PopNumber, entry);
        LogMet(
            _log,
            announcement.Node,
            announcement.Pop,
            announcement.Address,
            announcement.Readiness
        );
        Signal();
    }

    /// <summary>Forgets who has been silent for long, and says who has begun to be.</summary>
    private void Sweep()
    {
        lock (_lock)
        {
            foreach (var (address, entry) in _entries)
            {
                var silence = Since(entry.HeardAt);
                var (node, pop) = (entry.Announcement.Node, entry.Announcement.Pop);
                if (silence >= LostAfter)
                {
                    _entries.Remove(address);
                    ForgetPop(address.Pop, entry);
                    _reported.RemoveWhere(each => each.Item1 == address);
                    LogForgotten(_log, node, pop);
                    Signal();
                }
                else if (!entry.IsSilent && ToStanding(entry) == NodeStanding.Silent)
                {
                    entry.IsSilent = true;
                    LogSilent(_log, node, pop);
                }
            }
        }
    }

    private void ForgetPop(ushort pop, Entry entry)
    {
        if (_pops.GetValueOrDefault(pop) != entry)
        {
            return;
        }

        _pops.Remove(pop);
        foreach (var other in _entries.Values)
        {
            if (other.Announcement.PopNumber == pop)
            {
                _pops.Add(pop, other);
                return;
            }
        }
    }

    private NodeSight ToSight(Entry entry) =>
        new(
            entry.Announcement,
            ToStanding(entry),
            entry.PlacedCount,
            entry.AvoidedAt is { } at && Since(at) < AvoidFor
        );

    private NodeStanding ToStanding(Entry entry) =>
        entry.Announcement.Readiness == NodeReadiness.Stopped ? NodeStanding.Stopped
        : Since(entry.HeardAt) >= NodeAnnouncement.SilenceMax ? NodeStanding.Silent
        : NodeStanding.Alive;

    private TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);

    /// <summary>Whether something was not reported yet: what comes each second is logged once.</summary>
    private bool IsNews(NodeAddress address, string what) =>
        _reported.Count < NodesMax && _reported.Add((address, what));

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static bool Same(string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal);

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is kept of a node. Threads: under the lock.</summary>
    private sealed class Entry(NodeAnnouncement announcement, long heardAt)
    {
        public NodeAnnouncement Announcement { get; set; } = announcement;

        public long HeardAt { get; set; } = heardAt;

        /// <summary>The life before this one: when it comes back, there are two.</summary>
        public ulong? LifeBefore { get; set; }

        public int PlacedCount { get; set; }

        public long? AvoidedAt { get; set; }

        /// <summary>Whether its silence was reported.</summary>
        public bool IsSilent { get; set; }
    }
}
