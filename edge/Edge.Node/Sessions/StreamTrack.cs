using Edge.Forwarding.Tracks;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;

namespace Edge.Node.Sessions;

/// <summary>A track of a named stream, whoever publishes it: what its viewers are attached to.</summary>
/// <remarks>
/// Each shard has a replica of its own and touches no other. The set of shards with viewers is one word
/// that the publisher's shard reads for each packet. Threads: replicas as said; the rest any.
/// </remarks>
internal sealed class StreamTrack
{
    private readonly TrackReplica?[] _replicas;
    private ulong _shardsWithViewers;
    private TrackSource? _source;
    private int _epoch;
    private int _isRetired;

    /// <summary>Makes a track without a publisher.</summary>
    public StreamTrack(MediaKind kind, NegotiatedCodec codec, int shardCount)
    {
        Codec = codec;
        Description = new TrackDescription(kind, codec.Kind, codec.ClockRate);
        _replicas = new TrackReplica?[shardCount];
    }

    /// <summary>The payload format, with the parameters of its first publisher.</summary>
    public NegotiatedCodec Codec { get; }

    /// <summary>What all its publishers share.</summary>
    public TrackDescription Description { get; }

    /// <summary>The current publisher; null while there is none.</summary>
    public TrackSource? Source
    {
        get => Volatile.Read(ref _source);
        set => Volatile.Write(ref _source, value);
    }

    /// <summary>One bit for each shard that has viewers.</summary>
    public ulong ShardsWithViewers => Volatile.Read(ref _shardsWithViewers);

    /// <summary>Whether the track is gone for good: nothing may be attached any more.</summary>
    public bool IsRetired => Volatile.Read(ref _isRetired) != 0;

    /// <summary>Draws the number of the next source.</summary>
    public ushort NextEpoch() => unchecked((ushort)Interlocked.Increment(ref _epoch));

    /// <summary>The replica of a shard. Threads: that shard.</summary>
    public TrackReplica? Replica(int shard) => _replicas[shard];

    /// <summary>Sets or removes the replica of a shard. Threads: that shard.</summary>
    public void SetReplica(int shard, TrackReplica? replica) => _replicas[shard] = replica;

    /// <summary>Says whether a shard has viewers. Threads: that shard.</summary>
    public void SetHasViewers(int shard, bool hasViewers)
    {
        var bit = 1UL << shard;
        if (hasViewers)
        {
            Interlocked.Or(ref _shardsWithViewers, bit);
        }
        else
        {
            Interlocked.And(ref _shardsWithViewers, ~bit);
        }
    }

    /// <summary>Marks the track as gone.</summary>
    public void Retire() => Volatile.Write(ref _isRetired, 1);
}
