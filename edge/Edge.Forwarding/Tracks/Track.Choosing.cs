using Edge.Forwarding.LayerSelection;
using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <content>Which layer each subscription is to have: the one chosen by hand, what takes its place, or the
/// best live one.</content>
public sealed partial class Track
{
    /// <summary>Chooses a layer by hand; an empty rid goes back to the best one that there is room for.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="rid">The layer.</param>
    /// <param name="fallback">What takes its place while it is not there.</param>
    /// <param name="now">The time.</param>
    /// <param name="mayStepDown">Whether those behind it in alphabetical order may take its place where there is
    /// no room for it.</param>
    public void SetPreferredRid(
        Subscription subscription,
        Rid rid,
        LayerFallback fallback,
        Instant now,
        bool mayStepDown = false
    )
    {
        subscription.Prefer(rid, fallback, mayStepDown);
        subscription.AllocatedLayer = -1;
        subscription.DormantLayer = -1;
        ChooseTarget(subscription, now);
    }

    /// <summary>The best live layer whose pictures are no larger, else the lowest; -1 without layers.</summary>
    public int FindWithin(int widthMax, int heightMax)
    {
        for (var place = _selector.Count - 1; place >= 0; place--)
        {
            var layer = _selector.At(place);
            var size = SizeOf(layer);
            if (
                _selector.IsLive(layer)
                && size.Width > 0
                && size.Width <= widthMax
                && size.Height <= heightMax
            )
            {
                return layer;
            }
        }

        return _selector.Count > 0 ? _selector.At(0) : -1;
    }

    private void ChooseTargets(Instant now)
    {
        LayerChanges++;
        foreach (var subscription in Subscriptions)
        {
            ChooseTarget(subscription, now);
        }
    }

    private void ChooseTarget(Subscription subscription, Instant now)
    {
        var wished = WishOf(subscription);
        if (wished != subscription.WishedLayer)
        {
            subscription.WishedLayer = wished;
            Choices++;
        }

        var target = TargetOf(subscription);
        if (target < 0 || target == subscription.TargetLayer)
        {
            return;
        }

        subscription.TargetLayer = target;
        Choices++;
        if (target == subscription.CurrentLayer || subscription.State == SubscriptionState.Moved)
        {
            return;
        }

        subscription.WaitingSince = now;
        if (NeedsStart(subscription))
        {
            WaitUntil(now);
        }
        else
        {
            _requester.Request(target, now);
            WaitUntil(now + _options.KeyFramePatience);
        }
    }

    /// <summary>The layer that a subscription is to have now; -1 for none.</summary>
    private int TargetOf(Subscription subscription)
    {
        if (subscription.IsSilenced)
        {
            return -1;
        }

        if (IsAllocated(subscription) && subscription.AllocatedLayer >= 0)
        {
            return _selector.Choose(subscription.AllocatedLayer);
        }

        return ChosenByHand(subscription);
    }

    private int ChosenByHand(Subscription subscription)
    {
        if (subscription.PreferredRid.IsEmpty)
        {
            return _selector.Choose(-1);
        }

        var preferred = LayerOf(subscription.PreferredRid);
        return subscription.Fallback switch
        {
            LayerFallback.Quality => _selector.Choose(preferred),
            LayerFallback.None => _selector.IsLive(preferred) ? preferred : -1,
            LayerFallback.Alphabetical => NextInAlphabet(subscription.PreferredRid, isLive: true),
            _ => _selector.Choose(preferred),
        };
    }

    /// <summary>The layer that a subscription would have if all lived; -1 for none.</summary>
    private int WishOf(Subscription subscription)
    {
        if (subscription.IsPaused)
        {
            return -1;
        }

        if (IsAllocated(subscription) && subscription.AllocatedLayer >= 0)
        {
            // Indexes say nothing of quality: offers list rids either way.
            return subscription.DormantLayer >= 0
                ? subscription.DormantLayer
                : subscription.AllocatedLayer;
        }

        var preferred = LayerOf(subscription.PreferredRid);
        if (preferred >= 0)
        {
            return preferred;
        }

        return TakesAnyLayer(subscription) ? _selector.Best
            : subscription.Fallback == LayerFallback.Alphabetical
                ? NextInAlphabet(subscription.PreferredRid, isLive: false)
            : -1;
    }

    /// <summary>The first layer at or behind a rid in alphabetical order, else the last one before it.</summary>
    /// <param name="rid">The rid.</param>
    /// <param name="isLive">Whether only those count that live.</param>
    private int NextInAlphabet(Rid rid, bool isLive)
    {
        var behind = -1;
        var before = -1;
        for (var layer = 0; layer < _selector.Count; layer++)
        {
            if (isLive && !_selector.IsLive(layer))
            {
                continue;
            }

            var token = _layers[layer]!.Rid.Token;
            if (token.CompareTo(rid.Token) >= 0)
            {
                behind = behind < 0 || token.CompareTo(TokenOf(behind)) < 0 ? layer : behind;
            }
            else
            {
                before = before < 0 || token.CompareTo(TokenOf(before)) > 0 ? layer : before;
            }
        }

        return behind >= 0 ? behind : before;
    }

    private Token16 TokenOf(int layer) => _layers[layer]!.Rid.Token;

    private int LayerOf(Rid rid)
    {
        for (var index = 0; !rid.IsEmpty && index < _selector.Count; index++)
        {
            if (_layers[index]!.Rid == rid)
            {
                return index;
            }
        }

        return -1;
    }

    private static bool TakesAnyLayer(Subscription subscription) =>
        subscription.PreferredRid.IsEmpty || subscription.Fallback == LayerFallback.Quality;
}
