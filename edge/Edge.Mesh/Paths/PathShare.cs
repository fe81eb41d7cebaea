using System.Runtime.CompilerServices;
using Edge.Mesh.Feeds;
using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>One track in the division of what a path carries: it may have its worst layers, up to one of
/// them.</summary>
internal sealed class PathShare(IPathTrack track)
{
    /// <summary>All layers that a track may have.</summary>
    public const uint All = uint.MaxValue;

    /// <summary>How far above its part a track may be that comes already, and one that is to come. Chosen: encoders vary by
    /// as much within a second, which the part of the path that is not given out bears.</summary>
    private const double Kept = 1.25;

    /// <inheritdoc cref="Kept"/>
    private const double Obeyed = 1.1;

    /// <summary>A publisher that sends less than this part of its ceiling is not held by it. Chosen: as of viewers'
    /// networks.</summary>
    private const double Used = 0.6;

    /// <summary>How much more room than it took before it was held frees it.</summary>
    private const double Enough = 1.1;

    /// <summary>A smaller change of the ceiling is not said.</summary>
    private const double Change = 0.05;

    private LayerTable _layers;
    private OrderTable _order;
    private int _count;
    private uint _wanted;
    private Bitrate _wish;

    /// <summary>The track.</summary>
    public IPathTrack Track => track;

    /// <summary>The layers that may be asked for, one bit each.</summary>
    public uint Allowed { get; set; } = All;

    /// <summary>The <see cref="Ceiling"/> that was named as changed last.</summary>
    public Bitrate CeilingSaid { get; set; } = Bitrate.Unlimited;

    /// <summary>How many of its layers it may have, in the order of quality.</summary>
    public int Level { get; set; }

    /// <summary>How many it had when it was last divided.</summary>
    public int LevelBefore { get; set; } = FeedOrder.LayersMax;

    /// <summary>How many give it all that is wanted.</summary>
    public int Top { get; private set; }

    /// <summary>The most that its publisher should send; <see cref="Bitrate.Unlimited"/> for all it likes. Only of a track
    /// with nothing to choose from: of the others layers are left out.</summary>
    public Bitrate Ceiling { get; private set; } = Bitrate.Unlimited;

    /// <summary>Whether there is a <see cref="Ceiling"/>.</summary>
    public bool HasCeiling => Ceiling != Bitrate.Unlimited;

    /// <summary>Whether something of it is wanted that it may not have.</summary>
    public bool IsShort => Level < Top || IsHeld;

    /// <summary>Whether there is nothing to choose from.</summary>
    public bool IsOneLayer => !track.IsSound && _count == 1 && Top == 1;

    /// <summary>Whether its publisher makes use of what it may, so that more could be wanted.</summary>
    private bool IsHeld => HasCeiling && Rate > Ceiling * Used;

    private Bitrate Rate => _layers[0].Rate;

    /// <summary>Looks at how the track is now; nothing is given to it yet.</summary>
    public void Read()
    {
        _count = track.ReadLayers(_layers);
        _wanted = track.WantedLayers;
        Level = 0;
        Top = 0;
        for (var place = 0; place < _count; place++)
        {
            Insert(place);
        }

        for (var place = 0; place < _count; place++)
        {
            Top = IsWanted(_order[place]) ? place + 1 : Top;
        }
    }

    /// <summary>What it takes in bits a second when it may have so many of its layers: the wanted ones, and the best of
    /// them for whoever wants a better one.</summary>
    public long Cost(int level)
    {
        long cost = 0;
        for (var place = 0; place < level; place++)
        {
            var layer = _order[place];
            var isInstead = place == level - 1 && level < Top;
            cost += isInstead || IsWanted(layer) ? _layers[layer].Rate.BitsPerSecond : 0;
        }

        return cost;
    }

    /// <summary>Gives a track of one layer its part of the path. If that is too little its publisher is to send less, and
    /// it is asked for when that has come about. Returns what it takes of the part.</summary>
    /// <param name="part">The part in bits a second.</param>
    public double Fit(double part)
    {
        var isFree = !HasCeiling;
        var mostKept = part * (LevelBefore >= Top ? Kept : Obeyed);
        _wish = isFree ? Rate : Bitrate.Max(_wish, Rate);
        if (_wish.BitsPerSecond <= (isFree ? mostKept : part / Enough))
        {
            Ceiling = Bitrate.Unlimited;
            Level = Top;
            return Rate.BitsPerSecond;
        }

        var ceiling = Bitrate.Max(PathBudget.Least, new Bitrate((long)part));
        var isNear = ceiling < Ceiling * (1 + Change) && ceiling > Ceiling * (1 - Change);
        Ceiling = isFree || !isNear ? ceiling : Ceiling;
        Level = Rate.BitsPerSecond <= mostKept ? Top : 0;
        return part;
    }

    /// <summary>The path has room for all.</summary>
    public void Free() => Ceiling = Bitrate.Unlimited;

    /// <summary>The layers of its level, one bit each.</summary>
    public uint Mask()
    {
        if (Level >= Top)
        {
            return All;
        }

        var mask = 0u;
        for (var place = 0; place < Level; place++)
        {
            mask |= 1u << _order[place];
        }

        return mask;
    }

    private bool IsWanted(int layer) => (_wanted >> layer & 1) != 0;

    /// <summary>Puts a layer into the order of quality: by pictures, then by rate.</summary>
    private void Insert(int layer)
    {
        var place = layer;
        for (; place > 0 && IsBetter(_order[place - 1], layer); place--)
        {
            _order[place] = _order[place - 1];
        }

        _order[place] = layer;
    }

    private bool IsBetter(int layer, int than) =>
        _layers[layer].Pixels != _layers[than].Pixels
            ? _layers[layer].Pixels > _layers[than].Pixels
            : _layers[layer].Rate > _layers[than].Rate;

    [InlineArray(FeedOrder.LayersMax)]
    private struct LayerTable
    {
        private PathLayer _first;
    }

    [InlineArray(FeedOrder.LayersMax)]
    private struct OrderTable
    {
        private int _first;
    }
}
