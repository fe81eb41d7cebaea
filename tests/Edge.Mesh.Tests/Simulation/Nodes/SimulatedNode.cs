using Edge.Forwarding.Tracks;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Mesh.Paths;
using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <summary>A media node of one shard: the cores, glued as MeshEngine, StreamDesk and Shard glue them.</summary>
/// <remarks>
/// What is pure in the glue is shared with Edge.Node (ExportDesk, WatchBook, FeedIntake, ClaimedName); what
/// ties it to threads, sessions and clients is written again here, in the same order. The shard and the
/// mesh's thread are two loops that hand each other commands and packets, so that they meet in every order.
/// A node that starts again is another object with a later life.
/// </remarks>
internal sealed partial class SimulatedNode
{
    /// <summary>After how long a node notices that a publisher is gone without a word. Source: RFC 7675 §5.1 says
    /// 30 s; the nodes here are quicker, so that short scenarios see it.</summary>
    public static readonly TimeSpan ConsentMax = TimeSpan.FromSeconds(6);

    public const string App = "app";

    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromSeconds(1);

    private readonly MeshWorld _world;
    private readonly BusClient? _near;
    private readonly BusClient _far;
    private readonly PacketPool[] _pools;
    private readonly Prng _random;
    private readonly TimeSpan _wallOffset;
    private readonly NodeLoop _shard;
    private readonly NodeLoop _engine;
    private readonly ulong _life;
    private readonly NodeLimits _limits;

    public SimulatedNode(MeshWorld world, NodeAddress address, NodePlace place)
    {
        _world = world;
        Address = address;
        _random = world.Random.Fork();
        _wallOffset = place.WallOffset;
        _near = place.Near?.Bus.Connect(place.Near.Server);
        _far = place.Far.Bus.Connect(place.Far.Server);
        _pools = [place.Pool];
        _limits = place.Limits;
        _life = world.Wall(_wallOffset).Value;
        _paths = new PathBook(_peers);
        _exports = new ExportDesk(address, _life, _pools, this, _peers);
        _watches = new WatchBook(address, _life);
        _shard = new NodeLoop(world, _random, ShardTurn);
        _engine = new NodeLoop(world, _random, EngineTurn);
        StartMesh();
        _world.After(HousekeepingInterval, KeepHouse);
    }

    /// <summary>Which node it is.</summary>
    public NodeAddress Address { get; }

    /// <summary>Whether its process runs.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>Whether its threads stand still.</summary>
    public bool IsPaused => _shard.IsPaused;

    /// <summary>Its packets.</summary>
    public PacketPool Pool => _pools[0];

    /// <summary>Its connection to the other PoPs.</summary>
    public BusClient Far => _far;

    /// <summary>What its packets cost; null when nobody asks.</summary>
    public CpuMeter? Meter { get; set; }

    private TrackOptions TrackOptions => _limits.Track;

    /// <summary>The process is killed: nobody is told anything. Its memory is given back, which shows whether
    /// every claim on a packet is known.</summary>
    public void Kill()
    {
        IsUp = false;
        _shard.IsStopped = true;
        _engine.IsStopped = true;
        _near?.Close();
        _far.Close();
        foreach (var session in _sessions)
        {
            session.IsClosed = true;
        }

        foreach (var replica in _replicas)
        {
            replica.Track.Close();
        }

        while (_ring.TryDequeue(out var carried))
        {
            Release(carried.Packet.Handle);
        }

        _exports.Close();
    }

    /// <summary>Its threads stand still for a while; what comes meanwhile waits.</summary>
    public void Pause(TimeSpan duration)
    {
        _shard.Pause(duration);
        _engine.Pause(duration);
    }

    /// <inheritdoc/>
    public override string ToString() => $"node {Address.Pop}.{Address.Node}";

    private NtpTimestamp WallNow() => _world.Wall(_wallOffset);

    private void KeepHouse()
    {
        if (!IsUp)
        {
            return;
        }

        DropUnused();
        SayClaimsAgain();
        _world.After(HousekeepingInterval, KeepHouse);
    }

    private void Release(PacketHandle handle)
    {
        if (!handle.IsNone)
        {
            _pools[handle.Pool].Release(handle);
        }
    }
}
