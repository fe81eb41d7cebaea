using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <content>Subscriptions that come from another shard's object of the track, and the cache that a shard gets with its
/// first.</content>
public sealed partial class Track
{
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
            if (!cache.IsStarted)
            {
                continue;
            }

            for (var at = cache.FirstWithin(recent); at <= cache.Highest; at++)
            {
                if (cache.Contains(at) && !sink.Offer(cache[at].Packet))
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
        if (
            !_hasSource
            || subscription.State == SubscriptionState.Waiting
            || subscription.Epoch != SourceEpoch
            || subscription.CurrentLayer < 0
            || subscription.CurrentLayer >= _selector.Count
        )
        {
            return false;
        }

        if (subscription.State == SubscriptionState.Live)
        {
            subscription.Cursor = subscription.NextIn;
        }

        var cache = _layers[subscription.CurrentLayer]!.Cache;
        if (!cache.IsStarted || (subscription.Cursor < cache.Oldest && !IsVideo))
        {
            subscription.State = SubscriptionState.Moved;
            subscription.WaitingSince = now;
            _timers.Set(
                TrackTimer.Moved,
                Instant.Min(_timers[TrackTimer.Moved], now + _options.KeyFramePatience)
            );
            return true;
        }

        if (subscription.Cursor < cache.Oldest)
        {
            return false;
        }

        subscription.BurstPackets = BurstSize(cache.Highest - subscription.Cursor + 1);
        subscription.State = SubscriptionState.CatchingUp;
        _timers.Set(TrackTimer.CatchUp, now);
        return true;
    }

    /// <summary>Whether a packet is the next, or behind it, for a subscription that moved; it goes on with that. What
    /// it was sent before is shown again by the cache's replay.</summary>
    private static bool TryGoOn(Subscription subscription, in TrackPacket packet)
    {
        if (packet.ExtendedSequence < subscription.Cursor)
        {
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
            if (subscription.State != SubscriptionState.Moved || !IsVideo)
            {
                continue;
            }

            var until = subscription.WaitingSince + _options.KeyFramePatience;
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
