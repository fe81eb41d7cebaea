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

    private LayerTable _layers;
    private OrderTable _order;
    private int _count;
    private uint _wanted;
    private OneLayerPart _part = new();

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
    public Bitrate Ceiling => _part.Ceiling;

    /// <summary>Whether there is a <see cref="Ceiling"/>.</summary>
    public bool HasCeiling => _part.HasCeiling;

    /// <summary>Whether something of it is wanted that it may not have.</summary>
    public bool IsShort => Level < Top || (IsOneLayer && _part.IsHeld(_layers[0]));

    /// <summary>Whether there is nothing to choose from.</summary>
    public bool IsOneLayer => !track.IsSound && _count == 1 && Top == 1;

    /// <summary>Of a track of one layer: the least part of the path with which it needs no ceiling, in bits a
    /// second.</summary>
    public double Need => _part.Need(_layers[0]);

    /// <summary>Whether it was given its part in this division.</summary>
    public bool IsFilled { get; set; }

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

    /// <summary>Gives a track of one layer its part of the path.</summary>
    /// <param name="part">The part in bits a second.</param>
    /// <param name="isEnough">Whether it is <see cref="Need"/>.</param>
    /// <param name="now">The time.</param>
    public void Fit(double part, bool isEnough, Instant now)
    {
        _part.Set(part, isEnough, _layers[0]);
        Level = _part.Judge(_layers[0], now) ? Top : 0;
    }

    /// <summary>Looks whether the publisher of a track with a ceiling obeys; true when the path is to be divided
    /// anew.</summary>
    public bool Follow(Instant now)
    {
        var (count, wasSent) = (_count, _layers[0].IsSent);
        Read();
        Level = IsOneLayer && _part.Judge(_layers[0], now) ? Top : 0;
        return _count != count || _layers[0].IsSent != wasSent;
    }

    /// <summary>Its publisher may send what it likes.</summary>
    public void Free() => _part.Free();

    /// <summary>Takes all pictures away while what waits comes through.</summary>
    public void Withhold()
    {
        Level = 0;
        _part.Withhold();
    }

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
