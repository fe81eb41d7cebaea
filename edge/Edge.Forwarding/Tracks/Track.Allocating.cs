using Edge.Forwarding.Allocation;
using Edge.Forwarding.Thinning;
using Edge.Primitives;

namespace Edge.Forwarding.Tracks;

/// <content>What a viewer's network has room for: the qualities there are, the one that was given, and pauses.</content>
public sealed partial class Track
{
    /// <summary>A layer whose rate was never seen is taken for so many times the one below. Chosen: browsers'
    /// layers of half the size each way.</summary>
    private const double GuessedStep = 3;

    /// <summary>A lowest layer whose rate was never seen. Chosen: browsers' smallest.</summary>
    private static readonly Bitrate GuessedLowest = Bitrate.FromKilobits(150);

    /// <summary>Tells in which qualities a subscription can be sent.</summary>
    public void ReadSteps(Subscription subscription, ref LayerSteps steps, Instant now)
    {
        steps.Clear();
        if (!IsAllocated(subscription))
        {
            ReadChosenStep(subscription, ref steps, now);
            return;
        }

        var below = Bitrate.Zero;
        for (var place = 0; place < _selector.Count; place++)
        {
            var layer = _selector.At(place);
            if (!IsCandidate(subscription, layer))
            {
                continue;
            }

            var rate = RateOf(layer, below);
            if (_selector.IsLive(layer))
            {
                AddLayer(subscription, layer, rate, ref steps, now);
                steps.Dormant = -1;
            }
            else if (steps.Dormant < 0)
            {
                steps.Dormant = layer;
                steps.DormantRate = rate;
            }

            below = rate;
        }
    }

    /// <summary>Says which quality a subscription's viewer has room for.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="step">The layer, and which of the layers within it.</param>
    /// <param name="dormant">A better one that is not sent and would have room, or -1.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether that is news.</returns>
    public bool SetAllocation(
        Subscription subscription,
        in LayerStep step,
        int dormant,
        Instant now
    )
    {
        subscription.LimitWithinChosen(step.Spatial, step.Temporal);
        if (
            subscription.AllocatedLayer == step.Layer
            && subscription.DormantLayer == dormant
            && !subscription.IsStarved
        )
        {
            return false;
        }

        subscription.AllocatedLayer = step.Layer;
        subscription.DormantLayer = dormant;
        subscription.IsStarved = false;
        ChooseTarget(subscription, now);
        return true;
    }

    /// <summary>Stops sending to a subscription, because there is no room for it; false when it is not sent to
    /// already.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="first">The layer that it is sent first once there is room again: it wishes for that one.</param>
    /// <param name="now">The time.</param>
    public bool Starve(Subscription subscription, int first, Instant now)
    {
        if (subscription.IsStarved)
        {
            return false;
        }

        subscription.IsStarved = true;
        subscription.AllocatedLayer = first;
        subscription.DormantLayer = -1;
        Silence(subscription, now);
        ChooseTarget(subscription, now);
        return true;
    }

    /// <summary>Stops sending to a subscription at its viewer's wish, or goes on: sound with its next packet,
    /// a picture with a key frame. Numbers go on without a gap.</summary>
    public void SetPaused(Subscription subscription, bool isPaused, Instant now)
    {
        if (subscription.IsPaused == isPaused)
        {
            return;
        }

        subscription.IsPaused = isPaused;
        Choices++;
        if (!isPaused)
        {
            ChooseTarget(subscription, now);
        }
        else if (IsVideo)
        {
            Silence(subscription, now);
        }

        // Sound keeps its place: its packets are left out, and their numbers close up.
    }

    /// <summary>Packets that were taken for sending were thrown away: its viewer needs a key frame to go on.</summary>
    public void HandleThrownAway(Subscription subscription, Instant now)
    {
        if (!IsVideo)
        {
            return;
        }

        subscription.ThrownUpTo = subscription.HighestSent;
        if (subscription.State != SubscriptionState.Waiting)
        {
            subscription.IsBacklogged = true;
            LosePlace(subscription, now);
        }
    }

    /// <summary>Sends one of the newest packets again, to test the viewer's network with something that may even
    /// help.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="back">How many packets before the newest.</param>
    /// <param name="sink">Where to send it.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether there was such a packet.</returns>
    [HotPath]
    public bool TryRepeat<TSink>(Subscription subscription, int back, ref TSink sink, Instant now)
        where TSink : struct, IForwardSink
    {
        var number = new SequenceNumber(unchecked((ushort)(subscription.HighestSent - back)));
        if (
            subscription.State == SubscriptionState.Waiting
            || !TryFindCached(subscription, number, out var at, out var run, out var sent, now)
        )
        {
            return false;
        }

        subscription.Resend(_layers[run.Layer]!.Cache.View(at), run, sent, ref sink);
        return true;
    }

    private void Silence(Subscription subscription, Instant now)
    {
        subscription.HandleLostSource(now);
        Choices++;
    }

    /// <summary>Whether the server may choose among layers for it.</summary>
    private static bool IsAllocated(Subscription subscription) =>
        subscription.PreferredRid.IsEmpty || subscription.MayStepDown;

    /// <summary>Whether a layer may be sent to a subscription that leaves the choice to the server.</summary>
    private bool IsCandidate(Subscription subscription, int layer) =>
        subscription.PreferredRid.IsEmpty
        || TokenOf(layer).CompareTo(subscription.PreferredRid.Token) >= 0;

    private void ReadChosenStep(Subscription subscription, ref LayerSteps steps, Instant now)
    {
        // What is paused would be chosen again.
        var layer = subscription.IsSilenced ? ChosenByHand(subscription) : TargetOf(subscription);
        if (layer >= 0)
        {
            AddLayer(subscription, layer, RateOf(layer, Bitrate.Zero), ref steps, now);
        }
    }

    /// <summary>Adds the qualities of a simulcast layer: each spatial layer with half and with all pictures a second;
    /// the lowest with as few as there are. Fewer pictures come before smaller ones, but a larger picture at a quarter
    /// of the pictures is no improvement. None that is above what the viewer chose, unless all are.</summary>
    private void AddLayer(
        Subscription subscription,
        int layer,
        Bitrate rate,
        ref LayerSteps steps,
        Instant now
    )
    {
        var rates = LayerRates(layer, now);
        if (ushort.PopCount(rates.Present) < 2)
        {
            steps.Add(new LayerStep((sbyte)layer, rate));
            return;
        }

        if (!rates.IsMeasured)
        {
            AddGuessed(layer, rate, rates.Present, subscription.ChosenLayers, ref steps);
            return;
        }

        var isOnlySpatial = rates.Present < 1 << LayerCell.LayersMax;
        var whole = LayerCell.Best(rates.Present, LayerCell.All);
        var most = LayerCell.Best(rates.Present, subscription.ChosenLayers);
        for (var index = 0; index < LayerCell.Count; index++)
        {
            var cell = LayerCell.Of(index);
            var isLowest = steps.Count == 0 || cell.Spatial == 0 && layer == _selector.At(0);
            var isEnough = isLowest || cell.Temporal + 1 >= most.Temporal;
            if (!rates.Has(cell) || !isEnough || !most.Covers(cell))
            {
                continue;
            }

            // All of a stream that nobody is spared anything of is not looked at packet by packet.
            var isAll = isOnlySpatial && cell == whole;
            steps.Add(
                new LayerStep(
                    (sbyte)layer,
                    rates.Of(cell),
                    isAll ? (sbyte)-1 : (sbyte)cell.Spatial,
                    isAll ? (sbyte)-1 : (sbyte)cell.Temporal
                )
            );
        }
    }

    /// <summary>Adds the spatial layers of a stream that was only replayed so far, as for a shard's first viewer:
    /// what they take is not known, and nothing is free. None that is above what the viewer chose.</summary>
    private static void AddGuessed(
        int layer,
        Bitrate rate,
        ushort present,
        LayerCell chosen,
        ref LayerSteps steps
    )
    {
        var whole = LayerCell.Best(present, LayerCell.All);
        var most = LayerCell.Best(present, chosen);
        var below =
            rate > Bitrate.Zero ? rate * Math.Pow(GuessedStep, -whole.Spatial) : GuessedLowest;
        for (sbyte spatial = 0; spatial < most.Spatial; spatial++)
        {
            steps.Add(new LayerStep((sbyte)layer, below, spatial, (sbyte)most.Temporal));
            below *= GuessedStep;
        }

        steps.Add(
            most == whole
                ? new LayerStep((sbyte)layer, below)
                : new LayerStep((sbyte)layer, below, (sbyte)most.Spatial, (sbyte)most.Temporal)
        );
    }

    private Bitrate RateOf(int layer, Bitrate below)
    {
        var rate = _selector.IsLive(layer) ? _selector.Rate(layer) : _selector.LastRate(layer);
        return rate > Bitrate.Zero || !IsVideo ? rate
            : below > Bitrate.Zero ? below * GuessedStep
            : _selector.Count > 1 ? GuessedLowest
            : rate;
    }
}
