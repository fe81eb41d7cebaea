using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>The way from one other node, and what of its tracks is asked for over it.</summary>
internal sealed class Path
{
    /// <summary>What a track has already costs less. Chosen: rates vary by as much, and nobody is to lose his layer
    /// for that.</summary>
    private const double HadCost = 0.9;

    private readonly List<PathShare> _shares = [];
    private bool _isStale;
    private bool _hasCeilings;

    /// <summary>What comes over it.</summary>
    public PathMeter Meter { get; } = new();

    /// <summary>What it carries.</summary>
    public PathBudget Budget { get; } = new();

    /// <summary>How many tracks come over it.</summary>
    public int Count => _shares.Count;

    /// <summary>Whether something is wanted and left out.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Another track comes over it.</summary>
    public void Add(PathShare share)
    {
        _shares.Add(share);
        _isStale = true;
    }

    /// <summary>A track does not come over it any more.</summary>
    public void Remove(PathShare share)
    {
        _shares.Remove(share);
        _isStale = true;
    }

    /// <summary>Something else is wanted.</summary>
    public void Reconsider() => _isStale = true;

    /// <summary>Looks at what came, and divides anew if need be; names those whose layers changed.</summary>
    public void HandleTimeout(Queue<PathShare> changed, Instant now)
    {
        // Whether publishers obey their ceilings shows in what is told of their layers.
        _isStale |= Budget.HandleSample(Meter.Take(), IsShort, now) | _hasCeilings;
        if (!_isStale)
        {
            return;
        }

        _isStale = false;
        IsShort = false;
        if (Budget.IsBounded)
        {
            Divide();
        }
        else
        {
            Free();
        }

        foreach (var share in _shares)
        {
            var allowed = Budget.IsBounded && !share.Track.IsSound ? share.Mask() : PathShare.All;
            if (allowed != share.Allowed || share.Ceiling != share.CeilingSaid)
            {
                share.Allowed = allowed;
                share.CeilingSaid = share.Ceiling;
                changed.Enqueue(share);
            }
        }
    }

    /// <summary>Sound first; then each track's worst layer, then each one's next, for as long as it lasts. A track of
    /// one layer has an equal part of what is left when each has its worst, and its publisher is told.</summary>
    private void Divide()
    {
        var left = (double)Budget.Rate.BitsPerSecond;
        foreach (var share in _shares)
        {
            share.Read();
            if (share.Track.IsSound)
            {
                share.Level = share.Top;
                left -= share.Cost(share.Top);
            }
        }

        left = GiveLevel(1, left);
        left = FitOneLayer(left);
        for (var level = 2; level <= Feeds.FeedOrder.LayersMax; level++)
        {
            left = GiveLevel(level, left);
        }

        _hasCeilings = false;
        foreach (var share in _shares)
        {
            IsShort |= share.IsShort | Budget.IsDraining;
            _hasCeilings |= share.HasCeiling;
            if (!Budget.IsDraining)
            {
                share.LevelBefore = share.IsShort ? share.Level : Feeds.FeedOrder.LayersMax;
            }
            else if (!share.Track.IsSound)
            {
                share.Level = 0;
            }
        }
    }

    private void Free()
    {
        _hasCeilings = false;
        foreach (var share in _shares)
        {
            share.Free();
        }
    }

    /// <summary>Gives each track that has all worse layers one more; returns what is left.</summary>
    private double GiveLevel(int level, double left)
    {
        foreach (var share in _shares)
        {
            if (!share.IsOneLayer && level == share.Level + 1 && level <= share.Top)
            {
                left -= TryGive(share, level, left);
            }
        }

        return left;
    }

    /// <summary>Gives those of one layer their parts; returns what is left for better layers of the others.</summary>
    private double FitOneLayer(double left)
    {
        var pictures = 0;
        foreach (var share in _shares)
        {
            pictures += !share.Track.IsSound && share.Top > 0 ? 1 : 0;
        }

        foreach (var share in _shares)
        {
            if (share.IsOneLayer)
            {
                left -= share.Fit(left / pictures);
            }

            pictures -= share.IsOneLayer ? 1 : 0;
        }

        return left;
    }

    private static double TryGive(PathShare share, int level, double left)
    {
        var cost = (double)(share.Cost(level) - share.Cost(level - 1));
        if (cost * (level <= share.LevelBefore ? HadCost : 1) > left)
        {
            return 0;
        }

        share.Level = level;
        return cost;
    }
}
