using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <summary>A published track as one shard sees it: its layers, its cache and its subscriptions.</summary>
/// <remarks>
/// A name outlives its publisher: <see cref="StartSource"/> puts another one under the same
/// subscriptions. Threads: one shard owns it.
/// </remarks>
public sealed class Track
{
    /// <summary>Simulcast layers a track can have. Chosen: what two bits of a layers allocation can
    /// name; negotiation accepts no more.</summary>
    public const int LayersMax = 4;

    /// <summary>Makes a track without a source.</summary>
    /// <param name="description">What all its publishers share.</param>
    /// <param name="pools">The node's packet pools; <see cref="PacketHandle.Pool"/> is the index.</param>
    /// <param name="options">Bounds and times.</param>
    public Track(TrackDescription description, PacketPool[] pools, TrackOptions options)
    {
        Description = description;
        Pools = pools;
        Options = options;
    }

    /// <summary>What all publishers of the track share.</summary>
    public TrackDescription Description { get; }

    /// <summary>Which publisher is current.</summary>
    public ushort SourceEpoch { get; private set; }

    /// <summary>How many subscriptions are attached.</summary>
    public int SubscriptionCount { get; private set; }

    /// <summary>The counters.</summary>
    public TrackStats Stats { get; private set; }

    private PacketPool[] Pools { get; }

    private TrackOptions Options { get; }

    /// <summary>Puts a publisher behind the track. Subscriptions keep their numbers and wait for its
    /// first key frame.</summary>
    /// <param name="sourceEpoch">One more than the last publisher's.</param>
    /// <param name="rids">The rid of each layer; one empty rid when there is no simulcast.</param>
    /// <param name="now">The time.</param>
    public void StartSource(ushort sourceEpoch, ReadOnlySpan<Rid> rids, Instant now) =>
        throw new NotSupportedException();

    /// <summary>The publisher left: cached packets are released, subscriptions stay.</summary>
    public void EndSource(Instant now) => throw new NotSupportedException();

    /// <summary>Releases every claim; the track must not be used afterwards.</summary>
    public void Close() => throw new NotSupportedException();

    /// <summary>Releases cached packets that only serve joins, because the pool runs short.</summary>
    public void ReleaseKeyFrameCache() => throw new NotSupportedException();

    /// <summary>Tells which wall-clock time a layer's timestamp stands for (RFC 3550 §6.4.1).</summary>
    public void SetSenderReport(int layer, NtpTimestamp ntp, uint rtpTimestamp) =>
        throw new NotSupportedException();

    /// <summary>Tells what the publisher says about a layer: its size in pixels (0: unknown) and
    /// whether it is being sent (video-layers-allocation).</summary>
    public void SetLayerAllocation(int layer, int pixels, bool isActive, Instant now) =>
        throw new NotSupportedException();

    /// <summary>Adds a subscription, new or detached from another shard's object of this track.</summary>
    public void Attach(Subscription subscription, Instant now) => throw new NotSupportedException();

    /// <summary>Removes a subscription; it may be attached elsewhere afterwards.</summary>
    public void Detach(Subscription subscription) => throw new NotSupportedException();

    /// <summary>Chooses a layer by hand; an empty rid goes back to the best live one.</summary>
    public void SetPreferredRid(Subscription subscription, Rid rid, Instant now) =>
        throw new NotSupportedException();

    /// <summary>Takes a received packet and sends it to every subscription that wants it.</summary>
    [HotPath]
    public void Forward<TSink>(in TrackPacket packet, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink => throw new NotSupportedException();

    /// <summary>Answers one lost number of a viewer's NACK from the cache; false when it cannot be.</summary>
    [HotPath]
    public bool HandleNack<TSink>(
        Subscription subscription,
        SequenceNumber lost,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IForwardSink => throw new NotSupportedException();

    /// <summary>A viewer asked for a key frame (PLI or FIR).</summary>
    public void HandleKeyFrameRequest(Subscription subscription, Instant now) =>
        throw new NotSupportedException();

    /// <summary>Does what is due: paced bursts, dead layers, repeated requests.</summary>
    public void HandleTimeout<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IForwardSink => throw new NotSupportedException();

    /// <summary>Takes a layer whose publisher has to be asked for a key frame now.</summary>
    public bool PollKeyFrameRequest(out int layer, Instant now) =>
        throw new NotSupportedException();

    /// <summary>When <see cref="HandleTimeout"/> or <see cref="PollKeyFrameRequest"/> has something to do.</summary>
    public Instant PollTimeout() => throw new NotSupportedException();

    /// <summary>Shows the cached packets, oldest first, for a shard that gets its first subscription:
    /// sent through the ring before the next live packet, they give its track the same cache.</summary>
    /// <returns>False when the sink refused one.</returns>
    public bool ReplayCache<TSink>(ref TSink sink)
        where TSink : struct, IReplaySink => throw new NotSupportedException();
}
