using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Wire.Mesh;

namespace Edge.Mesh.Tests.Simulation;

/// <summary>PoPs with their nodes, and the buses between them.</summary>
internal sealed class MeshCluster
{
    private readonly MeshWorld _world;
    private readonly ClusterOptions _options;
    private readonly SimulatedPop[] _pops;
    private readonly Dictionary<string, long> _published = new(StringComparer.Ordinal);
    private uint _nextSession;

    public MeshCluster(MeshWorld world, ClusterOptions options)
    {
        _world = world;
        _options = options;
        Bus = new SimulatedBus(world);
        Hub = options.HasHub ? Bus.AddServer("hub") : null;
        _pops = new SimulatedPop[options.Pops];
        for (var index = 0; index < _pops.Length; index++)
        {
            _pops[index] = MakePop((ushort)(index + 1));
        }

        foreach (var pop in _pops)
        {
            for (var node = 0; node < options.NodesPerPop; node++)
            {
                Start(pop, node);
            }
        }
    }

    /// <summary>Told of each frame of a layer that a node publishes, with its subject.</summary>
    public Action<SimulatedNode, string>? Published { get; set; }

    /// <summary>Told of each change of what a node wants of others.</summary>
    public Action<TrackToken, uint>? Wanting { get; set; }

    public IReadOnlyList<SimulatedPop> Pops => _pops;

    /// <summary>The bus between PoPs.</summary>
    public SimulatedBus Bus { get; }

    /// <summary>The server that all others are leaves of, if there is one.</summary>
    public BusServer? Hub { get; }

    /// <summary>All nodes that are up.</summary>
    public IEnumerable<SimulatedNode> Nodes =>
        _pops.SelectMany(pop => pop.Nodes).OfType<SimulatedNode>();

    /// <summary>Frames of each subject that were published, on either bus.</summary>
    public IReadOnlyDictionary<string, long> FramesPublished => _published;

    /// <summary>The number of the next session.</summary>
    public uint NextSession() => ++_nextSession;

    /// <summary>Starts a node; one that was there before is another life of it.</summary>
    public SimulatedNode Start(SimulatedPop pop, int index)
    {
        var skew = _options.ClockSkewMax;
        var node = new SimulatedNode(
            _world,
            new NodeAddress(pop.Number, (ushort)(index + 1)),
            new NodePlace(
                pop.Near,
                pop.Far,
                PoolShelf.Take(_options.PoolSlots),
                _world.Draw(-skew, skew),
                _options.Limits
            )
        )
        {
            Published = HandlePublished,
            Wanting = (track, layers) => Wanting?.Invoke(track, layers),
        };
        pop.Nodes[index] = node;
        return node;
    }

    /// <summary>Kills a node, and checks that it knew of each packet that it held.</summary>
    public void Kill(SimulatedPop pop, int index)
    {
        if (pop.Nodes[index] is not { } node)
        {
            return;
        }

        node.Kill();
        pop.Nodes[index] = null;
        var free = node.Pool.CountFree();
        if (free != node.Pool.Slots)
        {
            throw _world.Failure($"{node} lost {node.Pool.Slots - free} packets.");
        }

        PoolShelf.Return(node.Pool);
    }

    /// <summary>Kills all nodes.</summary>
    public void KillAll()
    {
        foreach (var pop in _pops)
        {
            for (var index = 0; index < pop.Nodes.Length; index++)
            {
                Kill(pop, index);
            }
        }
    }

    /// <summary>Whether messages of one node's PoP arrive at another's.</summary>
    public bool AreJoined(SimulatedNode one, SimulatedNode other)
    {
        if (one == other)
        {
            return true;
        }

        var from = PopOf(one);
        var to = PopOf(other);
        if (from == to)
        {
            return from.Near is not null || (one.Far.IsConnected && other.Far.IsConnected);
        }

        return one.Far.IsConnected
            && other.Far.IsConnected
            && (
                Hub is { } hub
                    ? Bus.Route(hub, from.Far.Server).IsOpen && Bus.Route(hub, to.Far.Server).IsOpen
                    : Bus.Route(from.Far.Server, to.Far.Server).IsOpen
            );
    }

    /// <summary>The PoP of a node.</summary>
    public SimulatedPop PopOf(SimulatedNode node) => _pops[node.Address.Pop - 1];

    private void HandlePublished(SimulatedNode node, string subject)
    {
        if (subject.StartsWith("media.", StringComparison.Ordinal))
        {
            _published[subject] = _published.GetValueOrDefault(subject) + 1;
            Published?.Invoke(node, subject);
        }
    }

    private SimulatedPop MakePop(ushort number)
    {
        var server = Bus.AddServer($"nats-{number}");
        if (Hub is { } hub)
        {
            _ = Bus.Join(hub, server, BusRouteKind.Leaf, _options.Wan);
        }
        else
        {
            foreach (var other in _pops)
            {
                if (other is not null)
                {
                    _ = Bus.Join(other.Far.Server, server, BusRouteKind.Gateway, _options.Wan);
                }
            }
        }

        BusPlace? near = null;
        if (_options.HasNear)
        {
            var lan = new SimulatedBus(_world);
            near = new BusPlace(lan, lan.AddServer($"lan-{number}"));
        }

        return new SimulatedPop(number, new BusPlace(Bus, server), near, _options.NodesPerPop);
    }
}
