using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.Rewriting;
using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <content>Subscriptions: joining, starting at a key frame, catching up.</content>
public sealed partial class Track
{
    /// <summary>Time between two steps of a burst. Chosen: the tick of common pacers.</summary>
    public static readonly TimeSpan BurstInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>Packets per step at least: with 5 ms about 20 Mbit/s.</summary>
    public const int BurstMin = 10;

    /// <summary>A burst is sent in about so many steps, 320 ms, if that is quicker.</summary>
    public const int BurstSteps = 64;

    /// <summary>Cached packets handed out in one call, all subscriptions together. Chosen: bounds the
    /// time a shard spends in it to well below a step.</summary>
    public const int BurstMaxPerCall = 512;

    /// <summary>Packets sent at once when a start is not behind in time (a key frame that came in the
    /// wrong order).</summary>
    private const int AtOnceMax = 64;

    /// <summary>No packet's number: a viewer that never began again.</summary>
    private const long NoRestart = -1;

    /// <summary>Age of a start from which it is a burst: its timestamps then shrink to the burst's time.</summary>
    private static readonly TimeSpan BurstAge = TimeSpan.FromMilliseconds(50);

    /// <summary>The oldest key frame that a viewer begins with whose network is behind. Chosen: what came after it is
    /// sent within a fraction of a second by any network that carries the layer.</summary>
    private static readonly TimeSpan BackloggedKeyFrameAge = TimeSpan.FromMilliseconds(300);

    /// <summary>Age from which a packet is a replay of another shard's cache.</summary>
    private static readonly TimeSpan ReplayAge = TimeSpan.FromMilliseconds(50);

    /// <summary>Least time between two restarts of one viewer from the cache. Chosen: a burst and a
    /// round trip.</summary>
    private static readonly TimeSpan RestartInterval = TimeSpan.FromSeconds(1);

    /// <summary>The same from one and the same key frame. Chosen: where the publisher's own losses are in
    /// the cache, beginning again shows them again; once in a usual key-frame interval is help, more
    /// is a storm of old pictures.</summary>
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(10);

    /// <summary>Adds a subscription, new or detached from another shard's object of this track. A moved
    /// one goes on where it was.</summary>
    public void Attach(Subscription subscription, Instant now)
    {
        if (subscription.Index >= 0)
        {
            throw new InvalidOperationException("The subscription is attached to a track already.");
        }

        if (SubscriptionCount == _subscriptions.Length)
        {
            Array.Resize(ref _subscriptions, 2 * SubscriptionCount);
        }

        if (subscription.IsUprooted)
        {
            subscription.LeaveTrack(now);
        }

        subscription.Track = this;
        subscription.Index = SubscriptionCount;
        _subscriptions[SubscriptionCount++] = subscription;
        Choices++;
        if (!TryContinue(subscription, now))
        {
            subscription.HandleLostSource(now);
            WaitUntil(now);
        }

        ChooseTarget(subscription, now);
        LookForTarget(subscription, now);
    }

    /// <summary>Removes a subscription; it may be attached elsewhere afterwards.</summary>
    public void Detach(Subscription subscription)
    {
        if (
            subscription.Index < 0
            || subscription.Index >= SubscriptionCount
            || !ReferenceEquals(_subscriptions[subscription.Index], subscription)
        )
        {
            throw new InvalidOperationException("The subscription is not attached to this track.");
        }

        Choices++;
        var last = _subscriptions[--SubscriptionCount];
        _subscriptions[subscription.Index] = last;
        last.Index = subscription.Index;
        _subscriptions[SubscriptionCount] = null!;
        subscription.Index = -1;
        subscription.Track = null;
    }

    /// <summary>A viewer asked for a key frame (PLI or FIR). The publisher is asked; one who ignores
    /// that is spared, and the viewer begins again from the cached key frame.</summary>
    public void HandleKeyFrameRequest(Subscription subscription, Instant now)
    {
        var layer = subscription.CurrentLayer;
        if (layer < 0 || !IsVideo)
        {
            return;
        }

        _requester.Request(layer, now);
        if (
            _requester.Habit == KeyFrameHabit.Ignores
            && subscription.State == SubscriptionState.Live
            && _layers[layer]!.Cache.HasKeyFrame
            && now - subscription.StartedAt >= RestartWait(subscription, layer)
        )
        {
            subscription.IsRestartWanted = true;
            WaitUntil(now);
        }
    }

    private TimeSpan RestartWait(Subscription subscription, int layer) =>
        subscription.RestartedFrom == _layers[layer]!.Cache.KeyFrameStart
            ? RepeatInterval
            : RestartInterval;

    /// <summary>Does what is due: paced bursts, rates of layers, joins.</summary>
    [HotPath]
    public void HandleTimeout<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        ReleaseOverdue(ref sink, now);
        if (_selector.HandleTimeout(now))
        {
            ChooseTargets(now);
        }

        if (_timers.TryExpire(TrackTimer.Moved, now))
        {
            GiveUpMoved(now);
        }

        if (_timers.TryExpire(TrackTimer.Waiting, now))
        {
            StartWaiting(ref sink, now);
        }

        if (_timers.TryExpire(TrackTimer.CatchUp, now))
        {
            CatchUpAll(ref sink, now);
        }
    }

    private void WaitUntil(Instant deadline) =>
        _timers.Set(TrackTimer.Waiting, Instant.Min(deadline, _timers[TrackTimer.Waiting]));

    /// <summary>Whether its viewer sees nothing new: then it starts from a cache rather than wait.</summary>
    private bool NeedsStart(Subscription subscription) =>
        subscription.State == SubscriptionState.Waiting
        || subscription.IsRestartWanted
        || (
            subscription.State != SubscriptionState.Moved
            && subscription.CurrentLayer != subscription.TargetLayer
            && !_selector.IsLive(subscription.CurrentLayer)
        );

    private void StartWaiting<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var isAnyLeft = false;
        for (var index = 0; index < SubscriptionCount; index++)
        {
            var subscription = _subscriptions[index];
            if (subscription.State == SubscriptionState.Moved)
            {
                continue;
            }

            if (NeedsStart(subscription))
            {
                isAnyLeft |= !TryStartFromCache(subscription, ref sink, now);
            }
            else if (subscription.CurrentLayer != subscription.TargetLayer)
            {
                // It watches another layer meanwhile; its wish must outlive the requester's patience.
                _requester.Request(subscription.TargetLayer, now);
                isAnyLeft = true;
            }
        }

        if (isAnyLeft)
        {
            WaitUntil(now + _options.KeyFramePatience);
        }
    }

    private bool TryStartFromCache<TSink>(Subscription subscription, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var target = subscription.TargetLayer;
        if (target < 0 || !IsVideo)
        {
            // Sound starts with its next packet; a silent track's next packet chooses a target.
            return true;
        }

        if (IsCacheGoodFor(subscription, target, now))
        {
            return StartFromCache(subscription, target, ref sink, now);
        }

        _requester.Request(target, now);
        if (now - subscription.WaitingSince < _options.KeyFramePatience)
        {
            return false;
        }

        // From the best one below the target down: a lower picture now, the wanted layer at its key frame.
        var isBelow = false;
        for (var place = _selector.Count - 1; place >= 0 && TakesAnyLayer(subscription); place--)
        {
            var layer = _selector.At(place);
            isBelow |= layer == target;
            if (isBelow && _selector.IsLive(layer) && IsCacheGoodFor(subscription, layer, now))
            {
                return StartFromCache(subscription, layer, ref sink, now) && layer == target;
            }
        }

        return false;
    }

    private bool IsCacheGoodFor(Subscription subscription, int layer, Instant now)
    {
        var cache = _layers[layer]!.Cache;
        if (subscription.IsBacklogged)
        {
            return cache.HasKeyFrame
                && now - cache[cache.KeyFrameStart].Packet.ArrivedAt <= BackloggedKeyFrameAge;
        }

        return cache.HasKeyFrame
            && (
                _requester.Habit == KeyFrameHabit.Ignores
                || now - cache[cache.KeyFrameStart].Packet.ArrivedAt <= _options.FreshKeyFrameAge
                || now - subscription.WaitingSince >= _options.KeyFramePatience
            );
    }

    private bool StartFromCache<TSink>(
        Subscription subscription,
        int layer,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IForwardSink
    {
        if (!Start(subscription, layer, _layers[layer]!.Cache.KeyFrameStart, ref sink, now))
        {
            return false;
        }

        _stats.CachedStarts++;
        return true;
    }

    /// <summary>Begins a run at a cached packet and sends the first of what is there.</summary>
    private bool Start<TSink>(
        Subscription subscription,
        int layer,
        long first,
        ref TSink sink,
        Instant now
    )
        where TSink : struct, IForwardSink
    {
        var cache = _layers[layer]!.Cache;
        ref readonly var entry = ref cache[first];
        var packets = cache.Highest - first + 1;
        var isBurst = packets > 1 && now - entry.Packet.ArrivedAt > BurstAge;
        var start = LiveStart(subscription, entry.Packet);
        if (isBurst)
        {
            var steps = (packets + BurstSize(packets) - 1) / BurstSize(packets);
            start = start with
            {
                HeadTimestamp = _layers[layer]!.NewestTimestamp,
                BurstDuration = steps * BurstInterval,
            };
        }

        var previous = subscription.CurrentLayer;
        if (!subscription.TryBegin(cache.View(first), start, now))
        {
            _requester.Request(layer, now);
            return false;
        }

        Starts++;
        Choices++;
        _stats.LayerSwitches += previous >= 0 && previous != layer ? 1 : 0;
        subscription.State = SubscriptionState.CatchingUp;
        subscription.RestartedFrom = subscription.IsRestartWanted ? first : NoRestart;
        subscription.IsRestartWanted = false;
        subscription.StartedAt = now;
        subscription.Cursor = first;
        subscription.BurstPackets = BurstSize(packets);
        CatchUp(subscription, isBurst ? subscription.BurstPackets : AtOnceMax, ref sink, now);
        return true;
    }

    private void CatchUpAll<TSink>(ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var budget = BurstMaxPerCall;
        for (var step = 0; step < SubscriptionCount; step++)
        {
            _nextToCatchUp = _nextToCatchUp + 1 < SubscriptionCount ? _nextToCatchUp + 1 : 0;
            var subscription = _subscriptions[_nextToCatchUp];
            if (subscription.State != SubscriptionState.CatchingUp)
            {
                continue;
            }

            if (budget <= 0)
            {
                _timers.Set(TrackTimer.CatchUp, now + BurstInterval);
                return;
            }

            budget -= CatchUp(subscription, subscription.BurstPackets, ref sink, now);
        }
    }

    /// <summary>Sends a subscription's next cached packets; returns how many.</summary>
    private int CatchUp<TSink>(Subscription subscription, int budget, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var cache = _layers[subscription.CurrentLayer]!.Cache;
        if (subscription.Cursor < cache.Oldest)
        {
            // The cache ran full before this viewer was served.
            LosePlace(subscription, now);
            return 0;
        }

        var sent = 0;
        while (subscription.Cursor <= cache.Highest && sent < budget)
        {
            var at = subscription.Cursor++;
            if (cache.Contains(at))
            {
                Send(subscription, cache.View(at), isGap: false, ref sink, now);
                sent++;
            }
        }

        if (subscription.Cursor > cache.Highest)
        {
            subscription.State = SubscriptionState.Live;
        }
        else
        {
            _timers.Set(TrackTimer.CatchUp, now + BurstInterval);
        }

        return sent;
    }

    private void LosePlace(Subscription subscription, Instant now)
    {
        subscription.HandleLostSource(now);
        Choices++;
        ChooseTarget(subscription, now);
        WaitUntil(now);
    }

    private TimestampStart LiveStart(Subscription subscription, in TrackPacket packet)
    {
        var last = subscription.CurrentLayer;
        return new TimestampStart
        {
            Timestamp = packet.Timestamp,
            ArrivedAt = packet.ArrivedAt,
            HeadTimestamp = packet.Timestamp,
            BurstDuration = TimeSpan.Zero,
            Clock = _layers[packet.Layer]!.Clock,
            LastClock = last >= 0 ? _layers[last]!.Clock : default,
            IsSameSource = last >= 0,
            ClockRate = Description.ClockRate,
        };
    }

    private static int BurstSize(long packets) =>
        (int)Math.Max(BurstMin, (packets + BurstSteps - 1) / BurstSteps);
}
