using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A publisher at one node; a viewer that moves from node to node and its twin, which stays with the
/// publisher.</summary>
internal sealed class HandOverRun
{
    public const int FrameMs = 20;

    private static readonly Rid[] Rids = [Rid.Create("l"), Rid.Create("m"), Rid.Create("h")];
    private static readonly double[] Clocks = [5_000_000, 40, 86_400_000, 900];

    private readonly CodecKind _codec;
    private readonly Prng _random;
    private readonly PacketPool _pool = new(0, TrackBench.Slots);
    private readonly SyntheticLayer[] _layers;
    private readonly List<HandOverNode> _nodes = [];
    private readonly List<SentPacket> _sent = [];
    private byte[]? _onItsWay;
    private HandOverNode? _to;
    private int _landsAt;
    private int _learnsAt;
    private int _frame;
    private int _answered;

    public HandOverRun(CodecKind codec, Prng random, int layers)
    {
        _codec = codec;
        _random = random;
        _layers =
        [
            .. Enumerable
                .Range(0, layers)
                .Select(layer => new SyntheticLayer(
                    codec,
                    1,
                    (byte)layer,
                    (ushort)(65_000 + layer * 200),
                    random.NextUInt32(),
                    codec == CodecKind.Opus ? 48_000u : 90_000u
                )
                {
                    PacketsPerFrame = codec == CodecKind.Opus ? 1 : 1 + layer,
                    PaddingBytes = 200 << layer,
                }),
        ];
        At = AddNode();
        (Twin, TwinSent) = At.Bench.Join();
        Viewer = new Subscription(new(1000), 50_000) { Owner = _sent };
        At.Track.Attach(Viewer, At.Now);
    }

    /// <summary>Where the viewer is.</summary>
    public HandOverNode At { get; private set; }

    public Subscription Viewer { get; private set; }

    public Subscription Twin { get; }

    public IReadOnlyList<SentPacket> Sent => _sent;

    public List<SentPacket> TwinSent { get; }

    public int Moves { get; private set; }

    public int StateBytesMost { get; private set; }

    public bool IsMoving => _onItsWay is not null;

    public HandOverNode Origin => _nodes[0];

    /// <summary>Key frames that were asked for at nodes the viewer has moved to.</summary>
    public int Asked => _nodes.Skip(1).Sum(node => node.Bench.Requests.Count);

    private double WorldMs => _frame * FrameMs;

    /// <summary>The viewer leaves its node, and is at another one so many frames later; that one has the track already,
    /// or is shown it some frames after that.</summary>
    public void BeginMove(bool hasTrack, int missed, int learnsLater)
    {
        var track = Origin.WriteTrack();
        _to = AddNode();
        _landsAt = _frame + missed;
        _learnsAt = hasTrack ? _frame : _landsAt + learnsLater;
        _onItsWay = At.Release(Viewer);
        StateBytesMost = Math.Max(StateBytesMost, _onItsWay.Length);
        _to.TakeTrack(track);
        Moves++;
    }

    /// <summary>Both choose the same.</summary>
    public void Prefer(string rid)
    {
        var choice = rid.Length == 0 ? default : Rid.Create(rid);
        At.Track.SetPreferredRid(Viewer, choice, LayerFallback.Quality, At.Now);
        Origin.Track.SetPreferredRid(Twin, choice, LayerFallback.Quality, Origin.Now);
    }

    /// <summary>Both choose the same.</summary>
    public void Limit(int temporal)
    {
        At.Track.SetLayerCap(Viewer, -1, temporal);
        Origin.Track.SetLayerCap(Twin, -1, temporal);
    }

    /// <summary>Both choose the same.</summary>
    public void Pause(bool isPaused)
    {
        At.Track.SetPaused(Viewer, isPaused, At.Now);
        Origin.Track.SetPaused(Twin, isPaused, Origin.Now);
    }

    /// <summary>Publishes one frame of each layer; key frames first, and where one is asked for.</summary>
    public void Step()
    {
        if (_onItsWay is not null && _frame == _landsAt)
        {
            At = _to!;
            Viewer = At.Adopt(_onItsWay, _sent);
            _onItsWay = null;
        }

        if (_to is not null && _frame == _learnsAt)
        {
            Origin.Replay(_to);
        }

        var wanted = _nodes.Sum(node => node.Bench.Requests.Count);
        var isKey = _frame == 0 || wanted > _answered;
        _answered = wanted;
        foreach (var layer in _layers)
        {
            foreach (var packet in Packets(layer, isKey))
            {
                Pass(packet);
            }
        }

        _frame++;
        foreach (var node in _nodes)
        {
            node.AdvanceTo(WorldMs);
        }
    }

    /// <summary>The number is asked for again by both.</summary>
    public void Nack(long extendedOut)
    {
        At.Bench.Nack(Viewer, extendedOut);
        Origin.Bench.Nack(Twin, extendedOut);
    }

    private List<TrackPacket> Packets(SyntheticLayer layer, bool isKey)
    {
        var now = Instant.FromMilliseconds(WorldMs);
        var packets = layer.Frame(_pool, isKey, now);
        if (_random.NextInt32(4) == 0)
        {
            packets.Add(layer.Padding(_pool, now));
        }

        return packets;
    }

    private void Pass(in TrackPacket packet)
    {
        Origin.Forward(packet);
        foreach (var node in _nodes.Skip(1))
        {
            if (node != _to || _frame >= _learnsAt)
            {
                node.Forward(packet);
            }
        }

        _pool.Release(packet.Handle);
    }

    private HandOverNode AddNode()
    {
        var node = new HandOverNode(
            _codec,
            _pool,
            epoch: (ushort)(3 * _nodes.Count + 1),
            Clocks[_nodes.Count % Clocks.Length],
            WorldMs
        );
        node.Track.StartSource(
            node.Epoch,
            _layers.Length == 1 ? [] : Rids.AsSpan(0, _layers.Length),
            node.Now
        );
        _nodes.Add(node);
        return node;
    }
}
