using Edge.Forwarding.Uplinks;
using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>Tells for each of a viewer's pictures how much its network has room for, beside the others.</summary>
/// <remarks>
/// <see cref="LayerAllocator"/> chooses among the qualities there are; this says which there should be. Everybody's
/// least first, then by priority, and equals share alike: who needs less than its part leaves the rest to the others.
/// What a track with several layers cannot make use of in its part, it leaves as well; one with a single layer can make
/// use of all, because its publisher is told.
/// </remarks>
internal static class RoomDivider
{
    /// <summary>Sets <see cref="TrackShare.Room"/> of each picture.</summary>
    /// <param name="shares">All tracks of a viewer, the most important first, with their steps.</param>
    /// <param name="estimate">What the network carries.</param>
    public static void Divide(ReadOnlySpan<TrackShare> shares, Bitrate estimate)
    {
        foreach (var share in shares)
        {
            share.Need = Math.Max(0, share.Demand.BitsPerSecond - LeastOf(share));
        }

        _ = Fill(shares, estimate);
        foreach (var share in shares)
        {
            if (!share.IsSound && !share.IsOneLayer && share.Steps.Count > 0)
            {
                share.Need = Math.Max(0, BestWithin(share) - LeastOf(share));
            }
        }

        var left = Math.Max(0, Fill(shares, estimate));
        foreach (var share in shares)
        {
            share.Room += left;
        }
    }

    private static long Fill(ReadOnlySpan<TrackShare> shares, Bitrate estimate)
    {
        var pool = estimate.BitsPerSecond;
        foreach (var share in shares)
        {
            share.Room = LeastOf(share);
            pool -= share.Room;
        }

        for (var first = 0; first < shares.Length && pool > 0; )
        {
            var end = first + 1;
            while (end < shares.Length && shares[end].Priority == shares[first].Priority)
            {
                end++;
            }

            pool = FillEqual(shares[first..end], pool);
            first = end;
        }

        return pool;
    }

    /// <summary>Gives those of one priority what they need, or as much to each as to the others.</summary>
    private static long FillEqual(ReadOnlySpan<TrackShare> equal, long pool)
    {
        var open = equal.Length;
        foreach (var share in equal)
        {
            share.IsFilled = false;
        }

        for (var isAny = true; isAny && open > 0; )
        {
            isAny = false;
            foreach (var share in equal)
            {
                if (!share.IsFilled && share.Need <= pool / open)
                {
                    share.IsFilled = true;
                    share.Room += share.Need;
                    pool -= share.Need;
                    isAny = true;
                    open--;
                }
            }
        }

        var part = open > 0 ? pool / open : 0;
        foreach (var share in equal)
        {
            share.Room += share.IsFilled ? 0 : part;
        }

        return pool - part * open;
    }

    private static long LeastOf(TrackShare share) =>
        share.IsSound ? share.Steps.Most.BitsPerSecond
        : share.Steps.Count == 0 ? 0
        : share.IsOneLayer ? Bitrate.Min(share.Demand, TrackLimit.Least).BitsPerSecond
        : share.Steps[0].Rate.BitsPerSecond;

    /// <summary>What a track with several layers takes of its room; one that it does not have yet comes as soon as
    /// there is room for it.</summary>
    private static long BestWithin(TrackShare share)
    {
        if (share.Demand.BitsPerSecond <= share.Room)
        {
            return share.Demand.BitsPerSecond;
        }

        for (var step = share.Steps.Count - 1; step > 0; step--)
        {
            if (share.Steps[step].Rate.BitsPerSecond <= share.Room)
            {
                return share.Steps[step].Rate.BitsPerSecond;
            }
        }

        return share.Steps[0].Rate.BitsPerSecond;
    }
}
