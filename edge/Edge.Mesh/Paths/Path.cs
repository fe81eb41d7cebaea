using Edge.Mesh.Peers;
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
    private PathState _counted;

    /// <summary>Makes the way from a node of a PoP.</summary>
    public Path(PeerPop peer)
    {
        Meter = new PathMeter(peer);
        peer.AddPaths(_counted, 1);
    }

    /// <summary>What comes over it.</summary>
    public PathMeter Meter { get; }

    /// <summary>What it carries.</summary>
    public PathBudget Budget { get; } = new();

    /// <summary>How many tracks come over it.</summary>
    public int Count => _shares.Count;

    /// <summary>Whether something is wanted and left out.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Another track comes over it.</summary>
    public void Add(PathShare share)
    {
        Meter.Peer.AddTracksIn(1);
        _shares.Add(share);
        _isStale = true;
    }

    /// <summary>A track does not come over it any more.</summary>
    public void Remove(PathShare share)
    {
        Meter.Peer.AddTracksIn(-1);
        _shares.Remove(share);
        _isStale = true;
    }

    /// <summary>Nothing comes over it any more.</summary>
    public void End() => Meter.Peer.AddPaths(_counted, -1);

    /// <summary>Something else is wanted.</summary>
    public void Reconsider() => _isStale = true;

    /// <summary>Looks at what came, and divides anew if need be; names those whose layers changed.</summary>
    public void HandleTimeout(Queue<PathShare> changed, Instant now)
    {
        _isStale |= Budget.HandleSample(Meter.Take(), IsShort, now);
        CountState();
        if (_isStale)
        {
            _isStale = false;
            Divide(now);
        }
        else if (_hasCeilings)
        {
            Follow(now);
        }
        else
        {
            return;
        }

        Sum();
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

    private void CountState()
    {
        if (Budget.State != _counted)
        {
            Meter.Peer.AddPaths(_counted, -1);
            _counted = Budget.State;
            Meter.Peer.AddPaths(_counted, 1);
        }
    }

    /// <summary>Whether publishers obey their ceilings shows in what is told of their layers. The parts stay: others do
    /// not change their layers for what one of them does.</summary>
    private void Follow(Instant now)
    {
        foreach (var share in _shares)
        {
            if (share.HasCeiling && !Budget.IsDraining)
            {
                _isStale |= share.Follow(now);
            }
        }
    }

    private void Divide(Instant now)
    {
        if (Budget.IsBounded)
        {
            Give(now);
        }

        foreach (var share in _shares)
        {
            if (!Budget.IsBounded || !share.IsOneLayer)
            {
                share.Free();
            }

            if (Budget.IsDraining && !share.Track.IsSound)
            {
                share.Withhold();
            }
            else
            {
                share.LevelBefore = share.IsShort ? share.Level : Feeds.FeedOrder.LayersMax;
            }
        }
    }

    /// <summary>What there is of all tracks together.</summary>
    private void Sum()
    {
        IsShort = false;
        _hasCeilings = false;
        foreach (var share in _shares)
        {
            IsShort |= Budget.IsBounded && share.IsShort;
            _hasCeilings |= share.HasCeiling;
        }
    }

    /// <summary>Sound first; then each track's worst layer, then each one's next, for as long as it lasts. A track of
    /// one layer has an equal part of what is left when each has its worst, and its publisher is told.</summary>
    private void Give(Instant now)
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
        left = FitOneLayer(left, now);
        for (var level = 2; level <= Feeds.FeedOrder.LayersMax; level++)
        {
            left = GiveLevel(level, left);
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

    /// <summary>Gives those of one layer what they need, or an equal part of what there is for all pictures; returns what
    /// is left for better layers of the others.</summary>
    private double FitOneLayer(double left, Instant now)
    {
        var open = 0;
        foreach (var share in _shares)
        {
            share.IsFilled = !share.IsOneLayer;
            open += !share.Track.IsSound && share.Top > 0 ? 1 : 0;
        }

        for (var isAny = true; isAny; )
        {
            isAny = false;
            foreach (var share in _shares)
            {
                var need = share.IsFilled ? 0 : share.Need;
                if (!share.IsFilled && need <= left / open)
                {
                    share.IsFilled = true;
                    share.Fit(need, isEnough: true, now);
                    left -= need;
                    open--;
                    isAny = true;
                }
            }
        }

        var part = left / Math.Max(1, open);
        foreach (var share in _shares)
        {
            if (!share.IsFilled)
            {
                share.Fit(part, isEnough: false, now);
                left -= part;
            }
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
