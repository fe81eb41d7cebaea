namespace Anycast.Steering.Tests.Simulation;

/// <summary>A PoP: nodes at one address, and the router that spreads flows over them.</summary>
internal sealed class SimulatedPop
{
    private readonly SteeringWorld _world;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly HashSet<SimulatedNode> _withdrawn = [];
    private ushort _lastNode;
    private uint _spread;

    /// <summary>Makes one with nodes.</summary>
    public SimulatedPop(SteeringWorld world, ushort number, int nodes)
    {
        _world = world;
        Number = number;
        var secret = new byte[PopKey.SecretBytesMin];
        world.Random.Fill(secret);
        Key = PopKey.Create(number, id: 1, secret);
        for (var node = 0; node < nodes; node++)
        {
            _nodes.Add(new SimulatedNode(world, this, ++_lastNode));
        }

        foreach (var node in _nodes)
        {
            node.Look();
        }
    }

    /// <summary>Its number.</summary>
    public ushort Number { get; }

    /// <summary>Its key, which no other PoP has.</summary>
    public PopKey Key { get; }

    /// <summary>The nodes that run.</summary>
    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    /// <summary>The nodes that run and do not leave.</summary>
    public IReadOnlyList<SimulatedNode> Staying => _nodes.FindAll(node => !node.IsLeaving);

    /// <summary>Has the router spread flows anew.</summary>
    public void Spread() => _spread = _world.Random.NextUInt32();

    /// <summary>Starts another node: flows come to it at once, and others hear of it within seconds.</summary>
    public void Add()
    {
        var node = new SimulatedNode(_world, this, ++_lastNode);
        _nodes.Add(node);
        node.Look();
        HaveAllLook();
    }

    /// <summary>Ends a node: no flow comes to it any more, and others hear of it within seconds.</summary>
    public void Remove(SimulatedNode node)
    {
        _nodes.Remove(node);
        node.End();
        HaveAllLook();
    }

    /// <summary>A node gives its sessions to others and ends a time later; flows come to it until then, or not.</summary>
    public void Leave(SimulatedNode node, TimeSpan after)
    {
        if (_world.Random.NextInt32(2) == 0)
        {
            _withdrawn.Add(node);
        }

        node.GiveAway();
        _world.After(
            after,
            () =>
            {
                _withdrawn.Remove(node);
                Remove(node);
            }
        );
    }

    /// <summary>Gives a datagram to the node that the router chooses.</summary>
    public void Receive(Datagram datagram)
    {
        var hash = unchecked(
            ((datagram.Source.IPv4 * 2_654_435_761) ^ (datagram.Source.Port * 40_503u) ^ _spread)
            * 2_246_822_519
        );
        var announced = _nodes.FindAll(node => !_withdrawn.Contains(node));
        announced[(int)((hash >> 8) % (uint)announced.Count)].Receive(datagram);
    }

    private void HaveAllLook()
    {
        foreach (var node in _nodes)
        {
            _world.After(TimeSpan.FromSeconds(2 * _world.Random.NextDouble()), node.Look);
        }
    }
}
