using System.Security.Cryptography;
using Anycast.Steering;
using Control.Contract;
using Control.Contract.Nodes;
using Control.Server.Placement;
using Control.Server.Tests.Support;
using Edge.Bus.InProcess;
using Edge.Node.Serving;
using Edge.Primitives;
using Microsoft.Extensions.Logging.Abstractions;

namespace Control.Server.Tests.Placement;

/// <summary>PoPs with scripted nodes and a control each, joined by buses within this process.</summary>
internal sealed class MeshWorld : IAsyncDisposable
{
    private readonly InProcessExchange _nats = NewExchange();
    private readonly Dictionary<string, InProcessExchange> _lans = new(StringComparer.Ordinal);
    private readonly List<IAsyncDisposable> _ends = [];
    private readonly Prng _random = Prng.FromNumber(1);

    /// <summary>The clock of all controls; nodes go by the system's.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>The secret of a PoP.</summary>
    public static PopKey Key(string pop, byte id = 0) =>
        PopKey.Create(
            OwnerCode.NumberOf(pop),
            id,
            SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{pop}/{id}"))
        );

    /// <summary>A bus of a process in a PoP.</summary>
    public InProcessBus ConnectLan(string pop)
    {
        if (!_lans.TryGetValue(pop, out var lan))
        {
            lan = NewExchange();
            _lans.Add(pop, lan);
        }

        return Own(lan.Connect());
    }

    /// <summary>A bus of a process towards other PoPs.</summary>
    public InProcessBus ConnectNats() => Own(_nats.Connect());

    /// <summary>Starts a node that is ready.</summary>
    public Node StartNode(string pop, string name, int sessionsMax = 1000)
    {
        var node = new Node(this, pop, name, sessionsMax);
        _ends.Add(node);
        return node;
    }

    /// <summary>Starts a control and waits until it knows some nodes.</summary>
    public async Task<Control> StartControlAsync(string pop, int nodes)
    {
        var lan = ConnectLan(pop);
        var nats = ConnectNats();
        var mesh = MeshControl.Create(
            new MeshControlOptions
            {
                Pop = pop,
                Keys = new PopKeyRing(Key(pop)),
                Lan = lan,
                Nats = nats,
                Time = Time,
                Random = new Random(1),
                Loggers = NullLoggerFactory.Instance,
            }
        );
        var control = new Control(mesh, lan, nats);
        _ends.Add(control);
        foreach (var node in _ends.OfType<Node>())
        {
            node.Announce();
        }

        await control.KnowAsync(nodes);
        return control;
    }

    /// <summary>Draws the id of a session at a node.</summary>
    public string DrawId(string pop, string node, byte keyId = 0) =>
        OwnerCode.CreateSessionId(Key(pop, keyId), OwnerCode.NumberOf(node), _random);

    public async ValueTask DisposeAsync()
    {
        foreach (var end in Enumerable.Reverse(_ends))
        {
            await end.DisposeAsync();
        }
    }

    private static InProcessExchange NewExchange() =>
        new(new InProcessBusOptions { PayloadBytesMax = 64 * 1024 }, NullLogger.Instance);

    private InProcessBus Own(InProcessBus bus)
    {
        _ends.Add(bus);
        return bus;
    }

    /// <summary>A node.</summary>
    internal sealed class Node : IAsyncDisposable
    {
        private readonly MeshWorld _world;
        private readonly string _pop;
        private readonly string _name;
        private readonly int _sessionsMax;
        private readonly InProcessBus _lan;
        private readonly InProcessBus _nats;
        private NodeService _service;

        public Node(MeshWorld world, string pop, string name, int sessionsMax)
        {
            (_world, _pop, _name, _sessionsMax) = (world, pop, name, sessionsMax);
            _lan = world.ConnectLan(pop);
            _nats = world.ConnectNats();
            _service = Serve();
        }

        public ScriptedNode Script { get; private set; } = new();

        public NodeAddress Address => _service.Address;

        public NodeService Service => _service;

        /// <summary>Draws the id of a session there.</summary>
        public SessionKey DrawSession() => new("shop", _world.DrawId(_pop, _name));

        /// <summary>Has it make sessions: ids of its own, one after another.</summary>
        public void MakeSessions()
        {
            Script.On(
                "CreateSessionAsync",
                _ => new global::Control.Contract.Calls.NewSessionOutcome(
                    DrawSession().SessionId,
                    Answer: null
                )
            );
            Script.On(
                "PublishAsync",
                _ => new SessionResult.Created(DrawSession().SessionId, "v=0", "tag")
            );
        }

        /// <summary>Has it say how it is now, and not within a second.</summary>
        public void Announce()
        {
            if (_service.Readiness == NodeReadiness.Ready)
            {
                _service.Tell(NodeReadiness.Starting);
                _service.Tell(NodeReadiness.Ready);
            }
        }

        /// <summary>Cuts it off, as the loss of its machine would.</summary>
        public void Vanish()
        {
            _lan.Disconnect();
            _nats.Disconnect();
        }

        /// <summary>Ends it without a word and starts it anew, empty.</summary>
        public async Task RestartAsync(Action<ScriptedNode>? prepare = null)
        {
            Vanish();
            await _service.DisposeAsync();
            Script = new ScriptedNode();
            prepare?.Invoke(Script);
            _lan.Reconnect();
            _nats.Reconnect();
            _service = Serve();
        }

        public ValueTask DisposeAsync() => _service.DisposeAsync();

        private NodeService Serve()
        {
            var service = NodeService.Start(
                new NodeServiceOptions
                {
                    Pop = _pop,
                    Node = _name,
                    SessionsMax = _sessionsMax,
                },
                Script,
                [_lan, _nats],
                NullLogger<NodeService>.Instance
            );
            service.Tell(NodeReadiness.Ready);
            return service;
        }
    }

    /// <summary>A control.</summary>
    internal sealed class Control(MeshControl mesh, InProcessBus lan, InProcessBus nats)
        : IAsyncDisposable
    {
        public IMediaNode Node => mesh.Node;

        public MeshControl Mesh => mesh;

        public InProcessBus Lan => lan;

        public InProcessBus Nats => nats;

        public NodeDirectory Directory => mesh.Directory;

        /// <summary>Waits until it knows that many nodes that take sessions.</summary>
        public Task KnowAsync(int nodes) =>
            Waiting.UntilAsync(() => Directory.Look().Count(node => node.TakesSessions) == nodes);

        public ValueTask DisposeAsync()
        {
            mesh.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
