using Edge.Forwarding.Tracks;
using Edge.Forwarding.Uplinks;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Node.Sessions.Calls;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>A track of a named stream, whoever publishes it: what its viewers are attached to.</summary>
/// <remarks>
/// Each shard has a replica of its own and touches no other. The set of shards with viewers is one word
/// that the publisher's shard reads for each packet. Threads: replicas as said; the rest any.
/// </remarks>
internal sealed partial class StreamTrack
{
    private readonly TrackReplica?[] _replicas;
    private readonly TaskCompletionSource _started = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly uint[] _wantedLayers;
    private readonly long[] _ceilings;
    private ulong _shardsWithViewers;
    private ulong _shardsThatWatch;
    private uint _carriedLayers;
    private long _carriedCeiling;
    private RemoteTrack? _remote;
    private ExportedTrack? _exported;
    private Instant _lastMediaAt = Instant.Never;
    private TrackSource? _source;
    private int _epoch;
    private int _isRetired;

    /// <summary>Makes a track without a publisher.</summary>
    /// <param name="media">What stays the same whoever publishes it.</param>
    /// <param name="shardCount">Shards of the node.</param>
    /// <param name="life">Which life of the node this is, for what its own publishers are called elsewhere.</param>
    public StreamTrack(TrackMedia media, int shardCount, ulong life = 0)
    {
        _own = new Naming(life, 0);
        _naming = _own;
        Codec = media.Codec;
        Description = new TrackDescription(media.Kind, Codec.Kind, Codec.ClockRate)
        {
            IsEncrypted = media.IsEncrypted,
        };
        _replicas = new TrackReplica?[shardCount];
        _wantedLayers = new uint[shardCount];
        _ceilings = new long[shardCount];
    }

    /// <summary>The payload format, with the parameters of its first publisher.</summary>
    public NegotiatedCodec Codec { get; }

    /// <summary>What all its publishers share.</summary>
    public TrackDescription Description { get; }

    /// <summary>Under which name a session of the session and track API publishes it; null for others.</summary>
    public CallsTrack? Named { get; init; }

    /// <summary>The current publisher; null while there is none.</summary>
    public TrackSource? Source
    {
        get => Volatile.Read(ref _source);
        set => Volatile.Write(ref _source, value);
    }

    /// <summary>Puts a source in the place of another, unless that one is not current any more.</summary>
    public bool TryReplaceSource(TrackSource? before, TrackSource? source) =>
        ReferenceEquals(Interlocked.CompareExchange(ref _source, source, before), before);

    /// <summary>One bit for each shard that has viewers.</summary>
    public ulong ShardsWithViewers => Volatile.Read(ref _shardsWithViewers);

    /// <summary>Where it comes from when another node publishes it; null for a track of this node.</summary>
    public RemoteTrack? Remote
    {
        get => Volatile.Read(ref _remote);
        set => Volatile.Write(ref _remote, value);
    }

    /// <summary>As what other nodes may watch it; null while they do not know it.</summary>
    public ExportedTrack? Exported => Volatile.Read(ref _exported);

    /// <summary>Makes it known to other nodes; as what it was made known before, if it was.</summary>
    public ExportedTrack Export(ExportedTrack exported) =>
        Interlocked.CompareExchange(ref _exported, exported, null) ?? exported;

    /// <summary>The layers that viewers of this node are sent or wait for, one bit each.</summary>
    public uint WantedLayers
    {
        get
        {
            var wanted = 0u;
            for (var shard = 0; shard < _wantedLayers.Length; shard++)
            {
                wanted |= Volatile.Read(ref _wantedLayers[shard]);
            }

            return wanted;
        }
    }

    /// <summary>The most of the track that any viewer of this node can use, <see cref="Bitrate.Unlimited"/> when one has
    /// what it wants; zero without viewers.</summary>
    public Bitrate Ceiling
    {
        get
        {
            var ceiling = 0L;
            for (var shard = 0; shard < _ceilings.Length; shard++)
            {
                ceiling = Math.Max(ceiling, Volatile.Read(ref _ceilings[shard]));
            }

            return new Bitrate(ceiling);
        }
    }

    /// <summary>What all viewers together want of it, of this node and of others.</summary>
    public TrackAudience Audience
    {
        get
        {
            var ceiling = Bitrate.Max(Ceiling, new Bitrate(Volatile.Read(ref _carriedCeiling)));
            return new TrackAudience(
                IsWatched: ceiling > Bitrate.Zero,
                WantedLayers | CarriedLayers,
                ceiling
            );
        }
    }

    /// <summary>Whether the track is gone for good: nothing may be attached any more.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired) != 0;

    /// <summary>Completes with the first packet ever.</summary>
    public Task Started => _started.Task;

    /// <summary>When the last packet came; others than the publisher's shard may read it a moment late.</summary>
    public Instant LastMediaAt => _lastMediaAt;

    /// <summary>Notes that a packet came. Threads: the publisher's shard.</summary>
    [HotPath]
    public void NoteMedia(Instant now)
    {
        if (!_lastMediaAt.IsSet)
        {
            _started.TrySetResult();
        }

        _lastMediaAt = now;
    }

    /// <summary>Draws the number of the next source.</summary>
    public ushort NextEpoch() => unchecked((ushort)Interlocked.Increment(ref _epoch));

    /// <summary>The replica of a shard. Threads: that shard.</summary>
    public TrackReplica? Replica(int shard) => _replicas[shard];

    /// <summary>Sets or removes the replica of a shard. Threads: that shard.</summary>
    public void SetReplica(int shard, TrackReplica? replica) => _replicas[shard] = replica;

    /// <summary>Says whether a shard has viewers. Threads: that shard.</summary>
    public void SetHasViewers(int shard, bool hasViewers) =>
        SetBit(ref _shardsWithViewers, shard, hasViewers);

    /// <summary>Whether any viewer of this node wants to be sent something: not all of them have paused it.</summary>
    public bool IsWatched => Volatile.Read(ref _shardsThatWatch) != 0;

    /// <summary>Says whether any viewer of a shard wants to be sent something. Threads: that shard.</summary>
    public void SetIsWatched(int shard, bool isWatched) =>
        SetBit(ref _shardsThatWatch, shard, isWatched);

    /// <summary>Says which layers a shard's viewers are sent or wait for; true when that is news. Threads: that
    /// shard.</summary>
    public bool Want(int shard, uint layers)
    {
        var isNews = _wantedLayers[shard] != layers;
        Volatile.Write(ref _wantedLayers[shard], layers);
        return isNews;
    }

    /// <summary>Says how much a shard's viewers can use; true when that is news. Threads: that shard.</summary>
    public bool SetCeiling(int shard, Bitrate ceiling)
    {
        var isNews = _ceilings[shard] != ceiling.BitsPerSecond;
        Volatile.Write(ref _ceilings[shard], ceiling.BitsPerSecond);
        return isNews;
    }

    /// <summary>The layers that go to other nodes, one bit each.</summary>
    public uint CarriedLayers => Volatile.Read(ref _carriedLayers);

    /// <summary>Whether packets of a layer go to other nodes.</summary>
    [HotPath]
    public bool IsCarried(int layer) => (Volatile.Read(ref _carriedLayers) >> layer & 1) != 0;

    /// <summary>Says which layers go to other nodes, and how much of the track can be used there. Threads: the
    /// mesh's.</summary>
    public void Carry(uint layers, Bitrate ceiling)
    {
        Volatile.Write(ref _carriedCeiling, ceiling.BitsPerSecond);
        Volatile.Write(ref _carriedLayers, layers);
    }

    /// <summary>Says that it had begun before this node heard of it.</summary>
    public void NoteBegun() => _started.TrySetResult();

    /// <summary>Marks the track as gone.</summary>
    public void Retire() => Volatile.Write(ref _isRetired, 1);

    private static void SetBit(ref ulong shards, int shard, bool isSet)
    {
        var bit = 1UL << shard;
        if (isSet)
        {
            Interlocked.Or(ref shards, bit);
        }
        else
        {
            Interlocked.And(ref shards, ~bit);
        }
    }
}
