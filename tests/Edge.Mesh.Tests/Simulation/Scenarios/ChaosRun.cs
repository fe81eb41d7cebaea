using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>One seed of chaos: things happen for a while, then nothing more; and the rules are looked after.</summary>
internal sealed class ChaosRun
{
    /// <summary>After how long a publisher or viewer whose node died comes again.</summary>
    private static readonly TimeSpan ComeAgainMax = TimeSpan.FromSeconds(1.5);

    private readonly ChaosOptions _options;
    private readonly List<SimulatedPublisher> _publishers = [];
    private readonly List<SimulatedViewer> _viewers = [];
    private readonly Prng _random;
    private readonly ChaosRules _rules;
    private bool _isOver;

    public ChaosRun(ulong seed, ChaosOptions? options = null)
    {
        World = new MeshWorld(seed);
        _random = World.Random.Fork();
        _options = options ?? ChaosOptions.Draw(_random);
        Cluster = new MeshCluster(World, _options.Cluster);
        foreach (var publisher in _options.Publishers)
        {
            _publishers.Add(
                new SimulatedPublisher(World, $"stream-{_publishers.Count}", publisher)
            );
        }

        for (var number = 0; number < _options.Viewers; number++)
        {
            var stream = _publishers[number % _publishers.Count].Stream;
            _viewers.Add(new SimulatedViewer(World, stream, number));
        }

        _rules = new ChaosRules(World, Cluster, _publishers, _viewers)
        {
            LosesMessages = _options.Cluster.Wan.Loss > 0,
        };
    }

    public MeshWorld World { get; }

    public IReadOnlyList<SimulatedPublisher> Publishers => _publishers;

    public IReadOnlyList<SimulatedViewer> Viewers => _viewers;

    public MeshCluster Cluster { get; }

    public ChaosRules Rules => _rules;

    /// <summary>What happened, for a failure's message.</summary>
    public List<string> Log { get; } = [];

    public override string ToString() =>
        $"{_options.Cluster} {string.Join(' ', (object[])_options.Publishers)}";

    public void Run()
    {
        foreach (var publisher in _publishers)
        {
            Start(publisher);
        }

        foreach (var viewer in _viewers)
        {
            World.After(
                World.Draw(TimeSpan.Zero, TimeSpan.FromSeconds(3)),
                () => Start(viewer, AnyNode())
            );
        }

        Happen();
        Watch();
        World.RunFor(_options.Duration);
        _isOver = true;
        Heal();
        World.RunFor(_rules.HealsWithin + TimeSpan.FromSeconds(2));
        _rules.CheckViewers();
        // A goodbye may have been lost while the last obstacle went: then the lease has to end.
        World.RunFor(MeshTimes.DemandAge);
        _rules.CheckNodes();
        Cluster.KillAll();
    }

    private void Happen()
    {
        if (_isOver)
        {
            return;
        }

        World.After(World.Draw(TimeSpan.Zero, _options.PauseMax), Happen);
        var kind = _random.NextInt32(21);
        switch (kind)
        {
            case <= 2:
                Say(Move(Any(_viewers)));
                break;
            case <= 5:
                Say(Prefer(Any(_viewers)));
                break;
            case <= 7:
                Say(Move(Any(_publishers)));
                break;
            case 8:
                Say(Pause(Any(_publishers)));
                break;
            case 9:
                Say(Mute(Any(_publishers)));
                break;
            case <= 12:
                Say(SwitchLayer(Any(_publishers)));
                break;
            case <= 14:
                Say(KillNode());
                break;
            case 15:
                Say(PauseNode());
                break;
            case <= 18:
                Say(CutRoute());
                break;
            default:
                Say(StopServer());
                break;
        }

        _rules.Look();
    }

    /// <summary>Looks after the rules several times a second.</summary>
    private void Watch()
    {
        _rules.Look();
        World.After(TimeSpan.FromMilliseconds(100), Watch);
    }

    private void Say(string what)
    {
        Log.Add(World.Line(what));
        World.Log?.Add(World.Line(what));
        World.Note(1, (ulong)what.Length);
    }

    private string Move(SimulatedViewer viewer)
    {
        var node = AnyNode();
        Start(viewer, node);
        return $"viewer {viewer.Number} moves to {node}";
    }

    private string Prefer(SimulatedViewer viewer)
    {
        var layer = _random.NextInt32(4);
        viewer.Prefer(layer == 3 ? default : NodeFormat.RidOf(layer));
        return $"viewer {viewer.Number} prefers {layer}";
    }

    private string Move(SimulatedPublisher publisher)
    {
        var node = AnyNode();
        if (node is null)
        {
            return "nothing";
        }

        publisher.Stop(saysSo: _random.NextInt32(2) == 0);
        World.After(
            World.Draw(TimeSpan.FromMilliseconds(150), ComeAgainMax),
            () => Start(publisher, node)
        );
        return $"{publisher.Stream} moves to {node}";
    }

    private string Pause(SimulatedPublisher publisher)
    {
        publisher.Stop(saysSo: _random.NextInt32(2) == 0);
        World.After(
            World.Draw(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6)),
            () => Start(publisher)
        );
        return $"{publisher.Stream} pauses";
    }

    private string Mute(SimulatedPublisher publisher)
    {
        publisher.Mute(isMuted: true);
        World.After(
            World.Draw(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(4)),
            () => publisher.Mute(isMuted: false)
        );
        return $"{publisher.Stream} is muted";
    }

    private string SwitchLayer(SimulatedPublisher publisher)
    {
        var layer = 1 + _random.NextInt32(2);
        var isOn = !publisher.IsOn(layer);
        publisher.Switch(layer, isOn);
        return $"{publisher.Stream} turns layer {layer} {(isOn ? "on" : "off")}";
    }

    private string KillNode()
    {
        var pop = Cluster.Pops[_random.NextInt32(Cluster.Pops.Count)];
        var index = _random.NextInt32(pop.Nodes.Length);
        if (pop.Nodes[index] is not { } node)
        {
            return "nothing";
        }

        Cluster.Kill(pop, index);
        World.After(
            World.Draw(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(6)),
            () => Restart(pop, index)
        );
        foreach (var publisher in _publishers)
        {
            if (publisher.Session?.Node == node)
            {
                publisher.Stop(saysSo: false);
                World.After(
                    World.Draw(TimeSpan.FromSeconds(0.3), ComeAgainMax),
                    () => Start(publisher)
                );
            }
        }

        foreach (var viewer in _viewers)
        {
            if (viewer.Node == node)
            {
                viewer.HandleNodeGone();
                World.After(
                    World.Draw(TimeSpan.FromSeconds(0.3), ComeAgainMax),
                    () => ComeAgain(viewer, pop)
                );
            }
        }

        return $"{node} dies";
    }

    private string PauseNode()
    {
        if (AnyNode() is not { } node)
        {
            return "nothing";
        }

        node.Pause(World.Draw(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(3)));
        return $"{node} stands still";
    }

    private void Restart(SimulatedPop pop, int index)
    {
        if (pop.Nodes[index] is null)
        {
            _ = Cluster.Start(pop, index);
            Say($"node {pop.Number}.{index + 1} is back");
        }
    }

    private string CutRoute()
    {
        if (Cluster.Bus.Routes.Count == 0)
        {
            return "nothing";
        }

        var route = Cluster.Bus.Routes[_random.NextInt32(Cluster.Bus.Routes.Count)];
        route.Cut();
        World.After(
            World.Draw(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(9)),
            () =>
            {
                route.Heal();
                Say($"{route.There.From.Name} - {route.There.To.Name} heals");
            }
        );
        return $"{route.There.From.Name} - {route.There.To.Name} is cut";
    }

    private string StopServer()
    {
        var server = Cluster.Bus.Servers[_random.NextInt32(Cluster.Bus.Servers.Count)];
        if (!server.IsUp)
        {
            return "nothing";
        }

        server.Stop();
        World.After(
            World.Draw(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(6)),
            () =>
            {
                server.Start();
                Say($"{server.Name} is back");
            }
        );
        return $"{server.Name} stops";
    }

    /// <summary>The end: whatever is broken is repaired.</summary>
    private void Heal()
    {
        Say("all is repaired");
        foreach (var server in Cluster.Bus.Servers)
        {
            server.Start();
        }

        foreach (var route in Cluster.Bus.Routes)
        {
            route.Heal();
        }

        foreach (var pop in Cluster.Pops)
        {
            for (var index = 0; index < pop.Nodes.Length; index++)
            {
                Restart(pop, index);
            }
        }

        foreach (var publisher in _publishers)
        {
            publisher.Mute(isMuted: false);
            if (publisher.Session is null)
            {
                Start(publisher);
            }
        }

        foreach (var viewer in _viewers)
        {
            if (viewer.Node is null)
            {
                Start(viewer, AnyNode());
            }
        }

        _rules.Look();
    }

    private void Start(SimulatedPublisher publisher, SimulatedNode? node = null)
    {
        node = node is { IsUp: true } ? node : AnyNode();
        if (publisher.Session is not null)
        {
            return;
        }

        if (node is null)
        {
            World.After(ComeAgainMax, () => Start(publisher));
            return;
        }

        publisher.Start(node, Cluster.NextSession());
        Say($"{publisher.Stream} is published at {node}");
        _rules.Look();
    }

    private void Start(SimulatedViewer viewer, SimulatedNode? node)
    {
        if (node is { IsUp: true })
        {
            viewer.Start(node);
        }
        else if (viewer.Node is null)
        {
            World.After(ComeAgainMax, () => Start(viewer, AnyNode()));
        }

        _rules.Look();
    }

    /// <summary>A viewer whose node died comes to another one of its PoP, and when there is none, of any.</summary>
    private void ComeAgain(SimulatedViewer viewer, SimulatedPop pop)
    {
        if (viewer.Node is null)
        {
            Start(viewer, pop.Nodes.FirstOrDefault(node => node is not null) ?? AnyNode());
        }
    }

    private SimulatedNode? AnyNode()
    {
        var nodes = Cluster.Nodes.ToArray();
        return nodes.Length == 0 ? null : nodes[_random.NextInt32(nodes.Length)];
    }

    private T Any<T>(List<T> all) => all[_random.NextInt32(all.Count)];
}
