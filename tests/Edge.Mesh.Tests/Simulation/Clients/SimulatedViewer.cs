using Edge.Forwarding.Tracks;
using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>Somebody who plays a stream and never asks for anything: no NACK, no PLI. It checks what it is sent.</summary>
internal sealed class SimulatedViewer
{
    /// <summary>How long it waits before it tries again to join.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly MeshWorld _world;
    private readonly HashSet<long> _got = [];
    private readonly PictureDecoder _decoder = new();
    private long _highest;
    private uint _timestamp;
    private uint _session;
    private byte _layer;
    private int _attempt;

    public SimulatedViewer(MeshWorld world, string stream, int number)
    {
        _world = world;
        Stream = stream;
        Number = number;
    }

    /// <summary>Which one it is.</summary>
    public int Number { get; }

    /// <summary>The name of what it plays.</summary>
    public string Stream { get; }

    /// <summary>Where it is connected; null while it is not.</summary>
    public SimulatedNode? Node { get; private set; }

    /// <summary>What its node keeps for it; null while it has not been let in.</summary>
    public NodePlayed? Played { get; private set; }

    /// <summary>Told of each picture that is shown, by one of its packets.</summary>
    public Action<MediaStamp>? Showing { get; set; }

    /// <summary>Since when it is where it is.</summary>
    public Instant ConnectedSince { get; private set; } = Instant.Never;

    /// <summary>The layer that it chose; empty for the best.</summary>
    public Rid Preferred { get; private set; }

    /// <summary>Since when it wants what it wants.</summary>
    public Instant PreferredSince { get; private set; } = Instant.Zero;

    /// <summary>What it can show.</summary>
    public PictureDecoder Decoder => _decoder;

    /// <summary>Pictures shown, in all sessions.</summary>
    public long Shown => _decoder.Shown;

    /// <summary>When the last one was shown.</summary>
    public Instant ShownAt => _decoder.ShownAt;

    /// <summary>From joining to the first picture of this session; null before.</summary>
    public TimeSpan? FirstAfter { get; private set; }

    /// <summary>The layer of the last packet.</summary>
    public int Layer => _layer;

    /// <summary>Connects to a node and plays.</summary>
    public void Start(SimulatedNode node)
    {
        Leave();
        Node = node;
        ConnectedSince = _world.Now;
        FirstAfter = null;
        Join(++_attempt);
    }

    /// <summary>Plays no more.</summary>
    public void Leave()
    {
        _attempt++;
        if (Played is { } played)
        {
            Node!.Leave(played);
        }

        Forget();
    }

    /// <summary>Its node is gone.</summary>
    public void HandleNodeGone()
    {
        _attempt++;
        Forget();
    }

    /// <summary>Chooses a layer; empty for the best.</summary>
    public void Prefer(Rid rid)
    {
        Preferred = rid;
        PreferredSince = _world.Now;
        if (Played is { } played)
        {
            Node!.Prefer(played, rid);
        }
    }

    /// <summary>A packet, of what it plays now or of what it played a moment ago.</summary>
    public void Take(NodePlayed played, in ForwardedPacket packet, ReadOnlySpan<byte> tail)
    {
        if (!ReferenceEquals(played, Played))
        {
            return;
        }

        if (packet.IsRetransmission)
        {
            throw _world.Failure($"{this} was sent again what it never asked for.");
        }

        if (!_got.Add(packet.ExtendedSequence))
        {
            throw _world.Failure($"{this} got number {packet.ExtendedSequence} twice.");
        }

        var isNewest = packet.ExtendedSequence > _highest;
        _highest = Math.Max(_highest, packet.ExtendedSequence);
        if (tail.IsEmpty)
        {
            return;
        }

        var stamp = MediaStamp.Read(tail);
        if (isNewest)
        {
            CheckOrder(packet, stamp);
        }

        if (stamp.Session == _session && stamp.Layer == _layer && _decoder.Take(stamp, _world.Now))
        {
            FirstAfter ??= _world.Now - ConnectedSince;
            Showing?.Invoke(stamp);
            _world.Note((ulong)Number, stamp.Frame);
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"viewer {Number} of {Stream} at {Node?.ToString() ?? "-"}";

    private void CheckOrder(in ForwardedPacket packet, in MediaStamp stamp)
    {
        var isFirst = _got.Count == 1;
        var isSwitch = stamp.Session != _session || stamp.Layer != _layer;
        if ((isFirst || isSwitch) && !(stamp.IsKeyFrame && stamp.Index == 0))
        {
            throw _world.Failure($"{this} begins with {stamp}, which is no key frame's first.");
        }

        if (!isFirst && unchecked((int)(packet.Timestamp - _timestamp)) < 0)
        {
            throw _world.Failure($"{this} is sent timestamps that go backward.");
        }

        _timestamp = packet.Timestamp;
        _session = stamp.Session;
        _layer = stamp.Layer;
    }

    private void Join(int attempt)
    {
        if (attempt == _attempt && Node is { } node)
        {
            node.Play(this, played => HandleAnswer(node, played, attempt));
        }
    }

    private void HandleAnswer(SimulatedNode node, NodePlayed? played, int attempt)
    {
        if (attempt != _attempt)
        {
            // It went away meanwhile.
            if (played is not null)
            {
                node.Leave(played);
            }
        }
        else if (played is null)
        {
            _world.After(RetryAfter, () => Join(attempt));
        }
        else
        {
            Played = played;
            _got.Clear();
            _highest = long.MinValue;
        }
    }

    private void Forget()
    {
        Node = null;
        Played = null;
        ConnectedSince = Instant.Never;
    }
}
