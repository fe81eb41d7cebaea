using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <summary>One viewer's copy of one track: which layer it gets and how its headers are rewritten.</summary>
/// <remarks>
/// Self-contained: it can leave the <see cref="Track"/> of one shard and join the track's object on
/// another; sequence numbers, timestamps and picture ids go on. Threads: the shard of its track.
/// </remarks>
public sealed partial class Subscription
{
    /// <summary>Makes one that has sent nothing.</summary>
    /// <param name="firstSequence">Its first sequence number; draw it at random below 2^15, so that the
    /// receiver's guess of the rollover counter cannot fail (RFC 3711 §3.3.1).</param>
    /// <param name="firstTimestamp">Its first timestamp, drawn at random (RFC 3550 §5.1).</param>
    public Subscription(SequenceNumber firstSequence, uint firstTimestamp)
    {
        FirstSequence = firstSequence;
        FirstTimestamp = firstTimestamp;
    }

    /// <summary>The viewer it belongs to; for the caller's use only.</summary>
    public object? Owner { get; set; }

    /// <summary>Where it stands.</summary>
    public SubscriptionState State { get; private set; }

    /// <summary>The layer being sent, or -1.</summary>
    public int CurrentLayer { get; private set; } = -1;

    /// <summary>The layer wanted, or -1; it becomes current at its next key frame.</summary>
    public int TargetLayer { get; private set; } = -1;

    /// <summary>The layer chosen by hand, or empty for the best live one.</summary>
    public Rid PreferredRid { get; private set; }

    internal SequenceNumber FirstSequence { get; }

    internal uint FirstTimestamp { get; }
}
