using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>What a path has room for of a track of one layer, which is asked for when its publisher sends no more.</summary>
/// <remarks>A key frame makes a second of an encoder's rate large, also the one with which it begins again: what comes
/// already is borne for a while.</remarks>
internal struct OneLayerPart
{
    /// <summary>How far above its part a track may be. Chosen: encoders vary by as much, which the part of the path that
    /// is not given out bears.</summary>
    private const double Obeyed = 1.1;

    /// <summary>How far above it one that comes already is borne for good; beyond that for
    /// <see cref="BorneTime"/>.</summary>
    private const double Borne = 1.25;

    /// <summary>Chosen: a key frame, the second over which rates are measured, and the time until they are told.</summary>
    internal static readonly TimeSpan BorneTime = TimeSpan.FromSeconds(2);

    /// <summary>A publisher that sends less than this part of its ceiling is not held by it. Chosen: as of viewers'
    /// networks.</summary>
    private const double Used = 0.6;

    /// <summary>How much more room than it took before it was held frees it.</summary>
    private const double Enough = 1.1;

    /// <summary>A smaller change of the ceiling is not said.</summary>
    private const double Change = 0.05;

    private double _part;
    private Bitrate _wish;
    private Instant _overSince;
    private bool _isGiven;

    /// <summary>Makes one without a ceiling.</summary>
    public OneLayerPart()
    {
        Ceiling = Bitrate.Unlimited;
        _overSince = Instant.Never;
        _part = double.PositiveInfinity;
    }

    /// <summary>The most that the publisher should send.</summary>
    public Bitrate Ceiling { get; private set; }

    /// <summary>Whether there is a <see cref="Ceiling"/>.</summary>
    public readonly bool HasCeiling => Ceiling != Bitrate.Unlimited;

    /// <summary>Whether the publisher makes use of what it may, so that more could be wanted.</summary>
    public readonly bool IsHeld(in PathLayer layer) =>
        HasCeiling && layer.IsSent && layer.Rate > Ceiling * Used;

    /// <summary>The least part, in bits a second, with which there is no ceiling; of one that is not sent the least
    /// there is.</summary>
    public readonly double Need(in PathLayer layer)
    {
        if (!layer.IsSent)
        {
            return PathBudget.Least.BitsPerSecond;
        }

        return HasCeiling
            ? Bitrate.Max(_wish, layer.Rate).BitsPerSecond * Enough
            : layer.Rate.BitsPerSecond / Obeyed;
    }

    /// <summary>Sets the part.</summary>
    public void Set(double part, bool isEnough, in PathLayer layer)
    {
        _part = part;
        if (isEnough && layer.IsSent)
        {
            Free();
            return;
        }

        _wish = HasCeiling ? Bitrate.Max(_wish, layer.Rate) : layer.Rate;
        var ceiling = Bitrate.Max(PathBudget.Least, new Bitrate((long)part));
        var isNear = ceiling < Ceiling * (1 + Change) && ceiling > Ceiling * (1 - Change);
        Ceiling = HasCeiling && isNear ? Ceiling : ceiling;
    }

    /// <summary>Whether it is to come.</summary>
    public bool Judge(in PathLayer layer, Instant now)
    {
        var rate = layer.IsSent ? layer.Rate.BitsPerSecond : 0;
        var isOver = HasCeiling && rate > _part * (_isGiven ? Borne : Obeyed);
        _overSince =
            !isOver ? Instant.Never
            : _overSince.IsSet ? _overSince
            : now;
        _isGiven = !isOver || (_isGiven && now - _overSince < BorneTime);
        return _isGiven;
    }

    /// <summary>Ends the ceiling.</summary>
    public void Free() => Ceiling = Bitrate.Unlimited;

    /// <summary>It does not come now.</summary>
    public void Withhold() => _isGiven = false;
}
