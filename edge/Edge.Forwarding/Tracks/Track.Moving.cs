using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <content>Subscriptions that come from another shard's object of the track, and the cache that a shard gets with its
/// first.</content>
public sealed partial class Track
{
    /// <summary>Packets that are so far before a subscription's place are counted otherwise than where it came from, and
    /// would never reach it. Chosen: no cache is that long, and receivers could not tell either.</summary>
    private const long OtherNumbers = 1 << 15;

    /// <summary>Shows what another shard needs when it gets its first subscription: of each layer the packets from
    /// the last key frame on and the newest ones, oldest first. Sent through its ring before the next live packet, they
    /// give its track the same cache. Of padding only the numbers are kept, without a slot: else they would be missing
    /// there as if they had been lost.</summary>
    /// <param name="sink">Takes them.</param>
    /// <param name="recent">What came so short before the newest is shown in any case, for those who move there and
    /// miss what came meanwhile.</param>
    /// <returns>False when the sink refused one.</returns>
    public bool ReplayCache<TSink>(ref TSink sink, TimeSpan recent)
        where TSink : struct, IReplaySink
    {
        for (var index = 0; index < _selector.Count; index++)
        {
            var cache = _layers[index]!.Cache;
            var first = cache.IsStarted ? cache.FirstWithin(recent) : cache.Highest + 1;
            for (var at = first; at <= cache.Highest; at++)
            {
                if (cache.Contains(at) && !sink.Offer(cache[at].Packet))
                {
                    return false;
                }
            }

            foreach (ref readonly var packet in _layers[index]!.Gathered.Packets)
            {
                if (!sink.Offer(packet))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Lets a subscription of another shard's object go on where it was: at once from what is cached here, or
    /// with what comes next.</summary>
    private bool TryContinue(Subscription subscription, Instant now)
    {
        if (!CanContinue(subscription))
        {
            return false;
        }

        if (subscription.State == SubscriptionState.Live)
        {
            subscription.Cursor = subscription.NextIn;
        }

        var cache = _hasSource ? _layers[subscription.CurrentLayer]!.Cache : null;
        if (cache is not { IsStarted: true } || (subscription.Cursor < cache.Oldest && !IsVideo))
        {
            subscription.State = SubscriptionState.Moved;
            WaitForPlace(subscription, now);
            return true;
        }

        if (
            subscription.Cursor < cache.Oldest
            || subscription.Cursor - cache.Highest > OtherNumbers
        )
        {
            return false;
        }

        subscription.BurstPackets = BurstSize(cache.Highest - subscription.Cursor + 1);
        subscription.State = SubscriptionState.CatchingUp;
        _timers.Set(TrackTimer.CatchUp, now);
        return true;
    }

    /// <summary>Whether the publisher is the one that a subscription followed, or will be: where it comes from another
    /// process, it may be here before its publisher's packets are.</summary>
    private bool CanContinue(Subscription subscription)
    {
        if (
            subscription.State == SubscriptionState.Waiting
            || subscription.CurrentLayer < 0
            || subscription.HasShortPictures
        )
        {
            return false;
        }

        var steps = unchecked((short)(subscription.Epoch - SourceEpoch));
        return _hasSource
            ? steps == 0 && subscription.CurrentLayer < _selector.Count
            : !_hasEnded || steps > 0;
    }

    /// <summary>Gives a subscription that moved some time until what comes next is here; that begins with its
    /// publisher. As much as anybody keeps of what it missed: then only a key frame helps.</summary>
    private void WaitForPlace(Subscription subscription, Instant now)
    {
        subscription.WaitingSince = now;
        if (_hasSource)
        {
            _timers.Set(
                TrackTimer.Moved,
                Instant.Min(_timers[TrackTimer.Moved], now + _options.HistoryAge)
            );
        }
    }

    /// <summary>Whether a packet is the next, or behind it, for a subscription that moved; it goes on with that. What
    /// it was sent before is shown again by the cache's replay.</summary>
    private bool TryGoOn(Subscription subscription, in TrackPacket packet, Instant now)
    {
        if (packet.ExtendedSequence < subscription.Cursor)
        {
            if (subscription.Cursor - packet.ExtendedSequence > OtherNumbers)
            {
                LosePlace(subscription, now);
            }

            return false;
        }

        subscription.State = SubscriptionState.Live;
        return true;
    }

    /// <summary>What a subscription waited for where it came from, another layer or a new beginning, it waits for here:
    /// nobody here has asked for it.</summary>
    private void LookForTarget(Subscription subscription, Instant now)
    {
        if (
            subscription.State is SubscriptionState.Live or SubscriptionState.CatchingUp
            && (
                subscription.CurrentLayer != subscription.TargetLayer
                || subscription.IsRestartWanted
            )
        )
        {
            WaitUntil(now);
        }
    }

    /// <summary>A picture that does not go on in time begins anew. Sound may be silent for any time.</summary>
    private void GiveUpMoved(Instant now)
    {
        foreach (var subscription in Subscriptions)
        {
            if (subscription.State != SubscriptionState.Moved || !IsVideo || !_hasSource)
            {
                continue;
            }

            var until = subscription.WaitingSince + _options.HistoryAge;
            if (until <= now)
            {
                LosePlace(subscription, now);
            }
            else
            {
                _timers.Set(TrackTimer.Moved, Instant.Min(_timers[TrackTimer.Moved], until));
            }
        }
    }
}
