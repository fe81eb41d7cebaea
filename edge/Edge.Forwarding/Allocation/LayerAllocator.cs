using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>Divides what a viewer's network carries among its tracks.</summary>
/// <remarks>
/// Sound first, whole. Then each picture's cheapest step, by priority; then steps up, by priority, and among
/// equals in turn. What does not fit is paused, but not at once, and not while nothing is known of the network.
/// Against flapping: after a step up there has to be <see cref="UpMargin"/> more than all tracks together take, and
/// after a fall it waits, the longer the sooner the fall came after the last rise; a step that is had is left at once
/// only when there is much too little for all, else when that lasts. The margins are parts of the whole, because the
/// estimate varies by parts of the whole: with many tracks each one's step is less than that.
/// </remarks>
public static class LayerAllocator
{
    /// <summary>How much more there is than is taken after a step up. Chosen: pictures vary by as much in a
    /// second.</summary>
    private const double UpMargin = 1.1;

    /// <summary>The same of a track whose publisher sends no more than there is room for.</summary>
    private const double UpMarginHeld = 1.0;

    /// <summary>What there is at least, for a while, of what steps take that are had. Chosen: an estimate goes
    /// down by 15 % each time it touches what the network carries.</summary>
    private const double ShortLenience = 0.85;

    /// <summary>The same for good: within the error of measured rates.</summary>
    private const double LongLenience = 0.97;

    /// <summary>How long <see cref="ShortLenience"/> holds. Chosen: estimates recover from touching the limit
    /// within it; the queue meanwhile is the pacer's, not the network's.</summary>
    private static readonly TimeSpan ShortTime = TimeSpan.FromSeconds(1.5);

    /// <summary>Gives each share its step (<see cref="TrackShare.Next"/>).</summary>
    /// <param name="shares">All tracks of a viewer, the most important first.</param>
    /// <param name="estimate">What the network carries.</param>
    /// <param name="isKnown">Whether the estimate was tested, so that it may pause something.</param>
    /// <param name="now">The time.</param>
    /// <returns>What is given out in all.</returns>
    public static Bitrate Allocate(
        ReadOnlySpan<TrackShare> shares,
        Bitrate estimate,
        bool isKnown,
        Instant now
    )
    {
        var whole = estimate.BitsPerSecond - TakeSound(shares);
        var left = whole;
        foreach (var share in shares)
        {
            if (!share.IsSound)
            {
                left -= GiveFirst(share, left, whole, isKnown, now);
            }
        }

        for (var isAny = true; isAny; )
        {
            isAny = false;
            for (var index = 0; index < shares.Length && !isAny; )
            {
                index = ClimbEqual(shares, index, ref left, whole, ref isAny, now);
            }
        }

        foreach (var share in shares)
        {
            Settle(share, now);
        }

        return new Bitrate(Math.Max(0, estimate.BitsPerSecond - left));
    }

    private static long TakeSound(ReadOnlySpan<TrackShare> shares)
    {
        long taken = 0;
        foreach (var share in shares)
        {
            if (share.IsSound)
            {
                share.Next = share.Steps.Count - 1;
                taken += share.Steps.Most.BitsPerSecond;
            }
        }

        return taken;
    }

    private static long GiveFirst(
        TrackShare share,
        long left,
        long whole,
        bool isKnown,
        Instant now
    )
    {
        if (share.Steps.Count == 0)
        {
            share.Next = 0;
            return 0;
        }

        share.Next = !isKnown || Fits(share, step: 0, left, whole, now) ? 0 : TrackShare.None;
        return share.Next == 0 ? share.Steps[0].Rate.BitsPerSecond : 0;
    }

    /// <summary>Gives each share of one priority a step more; returns where the next priority begins.</summary>
    private static int ClimbEqual(
        ReadOnlySpan<TrackShare> shares,
        int first,
        ref long left,
        long whole,
        ref bool isAny,
        Instant now
    )
    {
        var index = first;
        for (; index < shares.Length && shares[index].Priority == shares[first].Priority; index++)
        {
            var share = shares[index];
            var next = share.Next + 1;
            if (share.IsSound || share.Next < 0 || next >= share.Steps.Count)
            {
                continue;
            }

            var taken = share.Steps[share.Next].Rate.BitsPerSecond;
            if (Fits(share, next, left + taken, whole, now))
            {
                share.Next = next;
                left += taken - share.Steps[next].Rate.BitsPerSecond;
                isAny = true;
            }
        }

        return index;
    }

    /// <summary>Whether a step can be paid.</summary>
    /// <param name="share">The track.</param>
    /// <param name="step">The step.</param>
    /// <param name="purse">What is left, with what the track has taken already.</param>
    /// <param name="whole">What there was for all pictures together.</param>
    /// <param name="now">The time.</param>
    private static bool Fits(TrackShare share, int step, long purse, long whole, Instant now)
    {
        var cost = (double)share.Steps[step].Rate.BitsPerSecond;
        if (step > share.Current)
        {
            var mayRise = share.Memory.MayRise(purse, now);
            var margin = share.IsCeilingObeyed(now) ? UpMarginHeld : UpMargin;
            return mayRise && cost <= purse - whole * (1 - 1 / margin);
        }

        var isWithin = cost <= purse + whole * (1 / ShortLenience - 1);
        // A publisher that obeys is waited for, but not when there is no room for what all are told together.
        var isWaitedFor =
            step == 0 && share.IsCeilingObeyed(now) && (isWithin || share.IsToldLately(now));
        var isPatient =
            !share.ShortSince.IsSet || now - share.ShortSince < ShortTime || isWaitedFor;
        if (cost <= purse + whole * (1 / LongLenience - 1))
        {
            return true;
        }

        // The last picture is not taken away for a moment's need.
        var isBearable = step == 0 || isWithin;
        if (step == share.Current && isPatient && isBearable)
        {
            share.IsShort = true;
            return true;
        }

        return false;
    }

    private static void Settle(TrackShare share, Instant now)
    {
        if (!share.IsShort)
        {
            share.ShortSince = Instant.Never;
        }
        else if (!share.ShortSince.IsSet)
        {
            share.ShortSince = now;
        }

        share.IsShort = false;
        if (share.Next < share.Current)
        {
            share.Memory.HandleFall(now);
            share.ShortSince = Instant.Never;
        }
        else if (share.Next > share.Current)
        {
            share.Memory.HandleRise(now);
        }
    }
}
