using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>Somebody who publishes a stream: one session at a time, at one node or another.</summary>
/// <remarks>Like OBS it comes again when it is thrown out.</remarks>
internal sealed class SimulatedPublisher
{
    /// <summary>Longest that a picture's packets are spread over.</summary>
    private static readonly TimeSpan SpreadMax = TimeSpan.FromMilliseconds(3);

    private readonly MeshWorld _world;
    private readonly PublisherOptions _options;
    private readonly Prng _random;
    private readonly List<PublishedPacket> _picture = [];
    private EncoderLayer[] _layers = [];

    public SimulatedPublisher(MeshWorld world, string stream, PublisherOptions options)
    {
        _world = world;
        _options = options;
        _random = world.Random.Fork();
        Stream = stream;
    }

    /// <summary>The name of what it publishes.</summary>
    public string Stream { get; }

    /// <summary>How it encodes.</summary>
    public PublisherOptions Options => _options;

    /// <summary>Its session; null while it has none.</summary>
    public NodeSession? Session { get; private set; }

    /// <summary>Since when pictures arrive at its node as they do now; never while none do.</summary>
    public Instant SendingSince { get; private set; } = Instant.Never;

    /// <summary>Since when each layer is as it is.</summary>
    public Instant LayersSince { get; private set; } = Instant.Zero;

    /// <summary>Requests for key frames that reached it, by layer.</summary>
    public long[] KeyFrameRequests { get; } = new long[Forwarding.Tracks.Track.LayersMax];

    /// <summary>Told of each of them.</summary>
    public Action<int>? Requested { get; set; }

    /// <summary>Whether nothing is sent although there is a session.</summary>
    public bool IsMuted { get; private set; }

    /// <summary>Times that its node ended its session although it was the newest.</summary>
    public int ThrownOut { get; private set; }

    /// <summary>When a picture of the present session was encoded.</summary>
    public Instant SentAt(in MediaStamp stamp) => _layers[stamp.Layer].SentAt(stamp.Frame);

    /// <summary>Whether a layer is sent.</summary>
    public bool IsOn(int layer) => layer < _layers.Length && _layers[layer].IsOn && !IsMuted;

    /// <summary>Publishes at a node from now on.</summary>
    public void Start(SimulatedNode node, uint number)
    {
        IsMuted = false;
        LayersSince = _world.Now;
        _layers = new EncoderLayer[_options.Layers];
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer] = new EncoderLayer((byte)layer, _options, number, _random);
        }

        var session = node.Publish(this, number);
        Session = session;
        SendingSince = _world.Now;
        _world.After(_world.Draw(TimeSpan.Zero, FrameTime), () => Encode(session));
    }

    /// <summary>Publishes no more.</summary>
    /// <param name="saysSo">Whether its node is told; else it finds out after a while.</param>
    public void Stop(bool saysSo)
    {
        if (Session is not { } session)
        {
            return;
        }

        Session = null;
        SendingSince = Instant.Never;
        if (saysSo)
        {
            _world.After(_options.Delay, () => session.Node.Close(session));
        }
        else
        {
            _world.After(SimulatedNode.ConsentMax, () => session.Node.Close(session));
        }
    }

    /// <summary>Sends nothing for a while, or again.</summary>
    public void Mute(bool isMuted)
    {
        if (Session is null || IsMuted == isMuted)
        {
            return;
        }

        IsMuted = isMuted;
        SendingSince = isMuted ? Instant.Never : _world.Now;
        foreach (var layer in _layers)
        {
            layer.Switch(!isMuted, _world.Now);
        }

        LayersSince = _world.Now;
    }

    /// <summary>Begins or ends to send a layer; the first is always sent.</summary>
    public void Switch(int layer, bool isOn)
    {
        if (layer > 0 && layer < _layers.Length && !IsMuted && _layers[layer].IsOn != isOn)
        {
            _layers[layer].Switch(isOn, _world.Now);
            LayersSince = _world.Now;
        }
    }

    /// <summary>Its node asks for a key frame.</summary>
    public void HandleKeyFrameRequest(NodeSession session, int layer) =>
        _world.After(
            _options.Delay,
            () =>
            {
                if (ReferenceEquals(session, Session))
                {
                    KeyFrameRequests[layer]++;
                    Requested?.Invoke(layer);
                    _layers[layer].WantKeyFrame(_world.Now);
                }
            }
        );

    /// <summary>Its node ended the session.</summary>
    public void HandleClosed(NodeSession session)
    {
        if (ReferenceEquals(session, Session))
        {
            ThrownOut++;
            Session = null;
            SendingSince = Instant.Never;
        }
    }

    private TimeSpan FrameTime => TimeSpan.FromSeconds(1) / _options.FramesPerSecond;

    /// <summary>Its session goes on at another node; it notices nothing.</summary>
    public void HandleMoved(NodeSession former, NodeSession session)
    {
        if (ReferenceEquals(former, Session))
        {
            Session = session;
        }
    }

    private void Encode(NodeSession session)
    {
        session = session.Newest;
        if (!ReferenceEquals(session, Session))
        {
            return;
        }

        _world.After(FrameTime, () => Encode(session));
        foreach (var layer in _layers)
        {
            _picture.Clear();
            layer.Encode(_picture, _world.Now);
            Send(session);
        }
    }

    /// <summary>The first packet at once, the last ones a little later, as a pacer does.</summary>
    private void Send(NodeSession session)
    {
        var spread = _world.Draw(TimeSpan.Zero, SpreadMax);
        var now = new List<PublishedPacket>();
        var later = new List<PublishedPacket>();
        foreach (var packet in _picture)
        {
            if (_options.Loss > 0 && _random.NextDouble() < _options.Loss)
            {
                Lose(session, packet);
            }
            else
            {
                (packet.Stamp.Index == 0 ? now : later).Add(packet);
            }
        }

        Deliver(session, now, _options.Delay);
        Deliver(session, later, _options.Delay + spread);
    }

    private void Deliver(NodeSession session, List<PublishedPacket> packets, TimeSpan delay)
    {
        if (packets.Count > 0)
        {
            _world.After(delay, () => session.Node.Receive(session, packets));
        }
    }

    private void Lose(NodeSession session, PublishedPacket packet)
    {
        var repairTime = (_options.Delay * 3) + TimeSpan.FromMilliseconds(20);
        if (_random.NextDouble() < _options.Repair)
        {
            Deliver(session, [packet], repairTime);
        }
        else
        {
            _world.After(
                repairTime * 2,
                () => session.Node.HandleLoss(session, packet.Stamp.Layer)
            );
        }
    }
}
