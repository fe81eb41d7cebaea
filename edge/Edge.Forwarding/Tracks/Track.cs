using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.LayerSelection;
using Edge.Forwarding.Rewriting;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Forwarding.Tracks;

/// <summary>A published track as one shard sees it: its layers, its cache and its subscriptions.</summary>
/// <remarks>
/// A name outlives its publisher: <see cref="StartSource"/> puts another one under the same
/// subscriptions. After <see cref="Attach"/>, <see cref="StartSource"/> and the like, ask
/// <see cref="PollTimeout"/> again: starting a viewer from the cache happens in
/// <see cref="HandleTimeout"/>. Threads: one shard owns it.
/// </remarks>
public sealed partial class Track
{
    /// <summary>Simulcast layers a track can have. Chosen: what two bits of a layers allocation can
    /// name; negotiation accepts no more. Packets of further layers are dropped as stale.</summary>
    public const int LayersMax = 4;

    private readonly PacketPool[] _pools;
    private readonly TrackOptions _options;
    private readonly LayerSelector _selector;
    private readonly KeyFrameRequester _requester;
    private readonly TrackLayer?[] _layers = new TrackLayer?[LayersMax];
    private readonly TimerTable<TrackTimer> _timers = new((int)TrackTimer.Count);
    private Subscription[] _subscriptions = new Subscription[4];
    private TrackStats _stats;
    private int _nextToCatchUp;
    private bool _hasSource;
    private bool _hasEnded;

    /// <summary>Makes a track without a source.</summary>
    /// <param name="description">What all its publishers share.</param>
    /// <param name="pools">The node's packet pools; <see cref="PacketHandle.Pool"/> is the index.</param>
    /// <param name="options">Bounds and times.</param>
    public Track(TrackDescription description, PacketPool[] pools, TrackOptions options)
    {
        Description = description;
        _pools = pools;
        _options = options;
        _selector = new(options.DeadLayerAge);
        _requester = new(LayersMax, options.KeyFrameRequestInterval);
    }

    /// <summary>What all publishers of the track share.</summary>
    public TrackDescription Description { get; }

    /// <summary>Which publisher is current.</summary>
    public ushort SourceEpoch { get; private set; }

    /// <summary>How many subscriptions are attached.</summary>
    public int SubscriptionCount { get; private set; }

    /// <summary>The attached subscriptions, in no order; valid until the next attach or detach.</summary>
    public ReadOnlySpan<Subscription> Subscriptions => _subscriptions.AsSpan(0, SubscriptionCount);

    /// <summary>The life and the rates of the layers.</summary>
    public LayerSelector Layers => _selector;

    /// <summary>How the publisher was seen to treat key-frame requests.</summary>
    public KeyFrameHabit KeyFrameHabit => _requester.Habit;

    /// <summary>Grows with each start of a subscription: a join, another layer, a restart. While it stays,
    /// nobody is sent another layer than before.</summary>
    public long Starts { get; private set; }

    /// <summary>Grows whenever <see cref="WantedLayers"/> may have changed.</summary>
    public long Choices { get; private set; }

    /// <summary>Grows whenever other layers live than before, or their order changed: what viewers have room for
    /// is to be divided anew.</summary>
    public long LayerChanges { get; private set; }

    /// <summary>The layers that subscriptions are sent, wait for, or would have if they lived; one bit each.</summary>
    public uint WantedLayers
    {
        get
        {
            var wanted = 0u;
            foreach (var subscription in Subscriptions)
            {
                wanted |=
                    BitOf(subscription.CurrentLayer)
                    | BitOf(subscription.TargetLayer)
                    | BitOf(subscription.WishedLayer);
            }

            return wanted;
        }
    }

    /// <summary>The counters.</summary>
    public TrackStats Stats => _stats;

    /// <summary>Packets held in the caches.</summary>
    public int CachedPackets
    {
        get
        {
            var count = 0;
            for (var index = 0; index < _selector.Count; index++)
            {
                count += _layers[index]!.Cache.Count;
            }

            return count;
        }
    }

    /// <summary>Whether there is a publisher.</summary>
    internal bool HasSource => _hasSource;

    private bool IsVideo => Description.Kind == MediaKind.Video;

    /// <summary>Puts a publisher behind the track. Subscriptions keep their numbers and wait for its
    /// first key frame. The same epoch again only sets the rids: packets may come before this call and
    /// start the epoch themselves.</summary>
    /// <param name="sourceEpoch">One more than the last publisher's.</param>
    /// <param name="rids">The rid of each layer; empty when there is no simulcast. Those beyond
    /// <see cref="LayersMax"/> are ignored.</param>
    /// <param name="now">The time.</param>
    public void StartSource(ushort sourceEpoch, ReadOnlySpan<Rid> rids, Instant now)
    {
        var layers = Math.Clamp(rids.Length, 1, LayersMax);
        if (!_hasSource || sourceEpoch != SourceEpoch || layers > _selector.Count)
        {
            BeginSource(sourceEpoch, layers, now);
        }

        for (var index = 0; index < layers; index++)
        {
            _layers[index]!.Rid = index < rids.Length ? rids[index] : default;
        }

        ChooseTargets(now);
    }

    /// <summary>The publisher left: cached packets are released, subscriptions stay.</summary>
    public void EndSource(Instant now)
    {
        ReleaseAll();
        _hasSource = false;
        _hasEnded = true;
        _selector.Restart(0);
        LoseSource(now);
    }

    /// <summary>Releases every claim; the track must not be used afterwards.</summary>
    public void Close() => ReleaseAll();

    /// <summary>Releases cached packets at once because the pool runs short: those that only serve joins,
    /// and of the rest what is older than an age.</summary>
    /// <param name="keep">What is younger stays, to answer NACKs.</param>
    /// <param name="now">The time.</param>
    public void ShrinkCache(TimeSpan keep, Instant now)
    {
        for (var index = 0; index < _selector.Count; index++)
        {
            _layers[index]!.Cache.Shrink(keep, now);
        }
    }

    /// <summary>Packets of a layer do not come any more, because nobody here watches it: who joins must not
    /// begin with what is cached of it.</summary>
    public void ForgetLayer(int layer)
    {
        if (layer < _selector.Count)
        {
            _layers[layer]!.Cache.ForgetKeyFrame();
        }
    }

    /// <summary>Tells which wall-clock time a layer's timestamp stands for (RFC 3550 §6.4.1).</summary>
    public void SetSenderReport(int layer, NtpTimestamp ntp, uint rtpTimestamp)
    {
        if (layer < _selector.Count)
        {
            _layers[layer]!.Clock = new LayerClock(IsKnown: true, ntp, rtpTimestamp);
        }
    }

    /// <summary>Tells what the publisher says about a layer: its size in pixels (0: unknown) and
    /// whether it is being sent (video-layers-allocation).</summary>
    public void SetLayerAllocation(int layer, int pixels, bool isActive, Instant now)
    {
        if (layer >= _selector.Count)
        {
            return;
        }

        if (_selector.HandleSize(layer, pixels) | _selector.HandleActivity(layer, isActive, now))
        {
            ChooseTargets(now);
        }
    }

    /// <summary>Tells what another node, which takes the publisher's packets, knows of a layer: whether it
    /// lives, its size in pixels (0: unknown) and its rate.</summary>
    public void SetLayerState(int layer, bool isLive, int pixels, Bitrate rate, Instant now)
    {
        if (layer < _selector.Count && _selector.HandleTold(layer, isLive, pixels, rate))
        {
            ChooseTargets(now);
        }
    }

    /// <summary>Takes a layer whose publisher has to be asked for a key frame now; call until false.</summary>
    [HotPath]
    public bool PollKeyFrameRequest(out int layer, Instant now)
    {
        if (!_requester.TryTake(out layer, now))
        {
            return false;
        }

        _stats.KeyFrameRequests++;
        if (layer < _selector.Count && _layers[layer]!.IsBlind)
        {
            // Nobody sees the answer: it is taken to come, and viewers whose decoders miss it say so.
            _requester.HandleKeyFrame(layer, now);
        }

        return true;
    }

    /// <summary>When <see cref="HandleTimeout"/> or <see cref="PollKeyFrameRequest"/> has something to do.</summary>
    [HotPath]
    public Instant PollTimeout() =>
        Instant.Min(
            Instant.Min(_timers.Next, GatheredUntil),
            Instant.Min(_requester.PollTimeout(), _selector.PollTimeout())
        );

    private void BeginSource(ushort sourceEpoch, int layers, Instant now)
    {
        ReleaseAll();
        _hasSource = true;
        _hasEnded = false;
        SourceEpoch = sourceEpoch;
        _descriptorId = 0;
        _keepsFacts = Description.Codec == CodecKind.Vp9;
        var cachePackets = IsVideo ? _options.VideoCachePackets : _options.AudioCachePackets;
        for (var index = 0; index < layers; index++)
        {
            _layers[index] ??= new TrackLayer(cachePackets, _pools);
            KeepFacts(_layers[index]!);
        }

        _selector.Restart(layers);
        _requester.Clear();
        LoseSource(now);
    }

    private void LoseSource(Instant now)
    {
        Choices++;
        foreach (var subscription in Subscriptions)
        {
            if (
                _hasSource
                && subscription.State == SubscriptionState.Moved
                && CanContinue(subscription)
            )
            {
                // It was here before its publisher's packets.
                WaitForPlace(subscription, now);
                continue;
            }

            subscription.HandleLostSource(now);
        }

        _timers.Clear(TrackTimer.CatchUp);
    }

    private static uint BitOf(int layer) => layer < 0 ? 0 : 1u << layer;

    private void ReleaseAll()
    {
        foreach (var layer in _layers)
        {
            if (layer is not null)
            {
                LetGo(layer);
                layer.Clear();
            }
        }
    }
}
