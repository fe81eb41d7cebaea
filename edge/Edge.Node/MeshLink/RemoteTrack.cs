using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Feeds;
using Edge.Mesh.Paths;
using Edge.Node.Sessions;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Payload;

namespace Edge.Node.MeshLink;

/// <summary>A track of another node as this one takes it: its packets come to one shard, which passes them
/// on as a publisher's shard does.</summary>
/// <remarks>Threads: that shard's, but for what is immutable or marked "any".</remarks>
internal sealed class RemoteTrack : ITrackOrigin, IPathTrack
{
    /// <summary>What each layer took last, in bits a second: one that sleeps now takes as much when it comes.</summary>
    private readonly long[] _rates = new long[FeedOrder.LayersMax];
    private readonly string _app;
    private int _owner;
    private TrackInlet.LayerWord[] _words;
    private RemoteStream? _of;
    private uint _leftOut;
    private int _isOver;
    private long _heardTicks;

    /// <summary>Makes one of which nothing came yet.</summary>
    /// <param name="offer">What is said of it.</param>
    /// <param name="stream">What viewers here are attached to.</param>
    /// <param name="epoch">Which source of that it is.</param>
    /// <param name="shards">Shards of the node.</param>
    public RemoteTrack(RemoteOffer offer, StreamTrack stream, ushort epoch, int shards)
    {
        Token = offer.Token;
        _app = offer.Key.App;
        _owner = Pack(offer.Key.Owner);
        Stream = stream;
        OwnerShard = (int)((uint)Token.GetHashCode() % (uint)shards);
        var source = new TrackSource(stream, epoch, this, 0, offer.Format) { Name = offer.Name };
        Inlet = new TrackInlet(source);
        Intake.Begin(offer.Name, []);
        _words = new TrackInlet.LayerWord[source.Rids.Length];
        Words = offer.Words;
    }

    /// <summary>Its name among nodes. Threads: any.</summary>
    public TrackToken Token { get; }

    /// <summary>Whose it is. Threads: the mesh's changes the owner; any may read.</summary>
    public DemandKey Key => new(Unpack(Volatile.Read(ref _owner)), _app);

    /// <summary>Whom its frames last said to be sent by, and before that one; the time since when.</summary>
    public (NodeAddress Owner, NodeAddress Former, Instant Since) Sender { get; set; }

    /// <summary>When the mesh was last told who sends it. Threads: the shard's that takes its frames.</summary>
    public Instant SenderToldAt { get; set; }

    /// <summary>Another node of the PoP has it. Threads: the mesh's.</summary>
    public void SetOwner(NodeAddress owner) => Volatile.Write(ref _owner, Pack(owner));

    /// <summary>What viewers here are attached to. Threads: any.</summary>
    public StreamTrack Stream { get; }

    /// <inheritdoc/>
    public int OwnerShard { get; }

    /// <summary>The stream that it belongs to; null for a track of a session. Threads: set before it is known, and
    /// when its owner has another publisher; any may read.</summary>
    public RemoteStream? Of
    {
        get => Volatile.Read(ref _of);
        set => Volatile.Write(ref _of, value);
    }

    /// <summary>Where its packets come in.</summary>
    public TrackInlet Inlet { get; set; }

    /// <summary>What reads its frames.</summary>
    public FeedIntake Intake { get; } = new();

    /// <summary>Its place in its shard's table.</summary>
    public int Slot { get; set; } = TimedSlots<RemoteTrack>.NoSlot;

    /// <summary>Since when nobody here has wanted it; never while somebody does. Threads: housekeeping.</summary>
    public Instant IdleSince { get; set; } = Instant.Never;

    /// <summary>When its owner was last heard. Threads: any may read.</summary>
    public Instant HeardAt
    {
        get => new(Volatile.Read(ref _heardTicks));
        set => Volatile.Write(ref _heardTicks, value.Ticks);
    }

    /// <summary>What its owner said of each layer; replaced as a whole. Threads: any may read.</summary>
    public TrackInlet.LayerWord[] Words
    {
        get => Volatile.Read(ref _words);
        set
        {
            for (var layer = 0; layer < Math.Min(value.Length, _rates.Length); layer++)
            {
                if (value[layer].Rate > Bitrate.Zero)
                {
                    Volatile.Write(ref _rates[layer], value[layer].Rate.BitsPerSecond);
                }
            }

            Volatile.Write(ref _words, value);
        }
    }

    /// <summary>Layers for which the way from its owner has no room, one bit each: to viewers here they do not live.
    /// Threads: its shard sets, any may read.</summary>
    public uint LeftOutLayers
    {
        get => Volatile.Read(ref _leftOut);
        set => Volatile.Write(ref _leftOut, value);
    }

    /// <summary>What viewers here are to believe of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="word">What its owner said of it.</param>
    public TrackInlet.LayerWord Effective(int layer, in TrackInlet.LayerWord word) =>
        (LeftOutLayers >> layer & 1) == 0 || word.Said == LayerSpeaker.Nobody
            ? word
            : word with
            {
                Claim = word.Claim with { IsActive = false },
            };

    /// <inheritdoc/>
    bool IPathTrack.IsSound => Stream.Description.Kind == MediaKind.Audio;

    /// <inheritdoc/>
    uint IPathTrack.WantedLayers => Stream.WantedLayers;

    /// <inheritdoc/>
    int IPathTrack.ReadLayers(Span<PathLayer> layers)
    {
        var words = Words;
        var count = Math.Min(words.Length, layers.Length);
        for (var layer = 0; layer < count; layer++)
        {
            layers[layer] = new PathLayer(
                (uint)words[layer].Claim.Pixels,
                new Bitrate(Volatile.Read(ref _rates[layer]))
            )
            {
                IsSent = words[layer].Claim.IsActive && words[layer].Rate > Bitrate.Zero,
            };
        }

        return count;
    }

    /// <summary>Whether it is over. Threads: any.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>Marks what viewers are attached to as gone; what shards have to be told of it. Threads: any.</summary>
    public StreamChange Retire()
    {
        var change = new StreamChange();
        if (Stream.Source is { } source)
        {
            Stream.Source = null;
            change.Ended.Add(source);
        }

        Stream.Retire();
        change.Retired.Add(Stream);
        return change;
    }

    /// <summary>Ends it; true the first time. Threads: any.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;

    private static int Pack(NodeAddress node) => (node.Pop << 16) | node.Node;

    private static NodeAddress Unpack(int packed) =>
        unchecked(new NodeAddress((ushort)(packed >> 16), (ushort)packed));
}
