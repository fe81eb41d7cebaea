using Edge.Wire.Bits;
using Edge.Wire.Payload;

namespace Edge.Wire.Rtp.Dependencies;

/// <summary>The last template dependency structure of one source, which the descriptors of all later
/// packets refer to.</summary>
/// <remarks>
/// Owner: one source of one receiver makes it (about 5 KB), and hands it to
/// <see cref="DependencyDescriptor.TryParse"/>, which replaces its content when a packet brings a new
/// structure and leaves it alone when that one is malformed.
/// Source: AV1 RTP specification, appendix A.
/// </remarks>
public sealed class DependencyStructure
{
    /// <summary>Most decode targets a structure has.</summary>
    public const int TargetsMax = DependencyTemplates.TargetsMax;

    private DependencyTemplates _current = new();
    private DependencyTemplates _spare = new();

    /// <summary>Whether a structure came yet; without one all counts are 0.</summary>
    public bool IsKnown => Version > 0;

    /// <summary>How many structures came, so that who caches something of one sees a change.</summary>
    public uint Version { get; private set; }

    /// <summary>Templates, 1 to 64.</summary>
    public int TemplateCount => IsKnown ? _current.Count : 0;

    /// <summary>Decode targets, 1 to 32.</summary>
    public int TargetCount => IsKnown ? _current.TargetCount : 0;

    /// <summary>Chains, 0 to 32.</summary>
    public int ChainCount => IsKnown ? _current.ChainCount : 0;

    /// <summary>Spatial layers, 1 to 4.</summary>
    public int SpatialLayerCount => IsKnown ? _current.SpatialLayerCount : 0;

    /// <summary>Temporal layers, 1 to 8.</summary>
    public int TemporalLayerCount => IsKnown ? _current.TemporalLayerCount : 0;

    /// <summary>Every target as a bitmask, target 0 lowest: what is active after a new structure.</summary>
    public uint AllTargets =>
        TargetCount == 0 ? 0 : uint.MaxValue >> (DependencyTemplates.TargetsMax - TargetCount);

    internal DependencyTemplates Templates => _current;

    /// <summary>The highest spatial layer a decode target has.</summary>
    public int SpatialLayerOf(int target) => _current.TargetSpatial(target);

    /// <summary>The highest temporal layer a decode target has.</summary>
    public int TemporalLayerOf(int target) => _current.TargetTemporal(target);

    /// <summary>The chain that protects a decode target; meaningful only when there are chains.</summary>
    public int ChainOf(int target) => _current.ChainOfTarget(target);

    /// <summary>The picture size of a spatial layer; false when the structure does not tell.</summary>
    public bool TryReadSize(int spatialLayer, out VideoSize size)
    {
        var isTold = IsKnown && _current.HasSizes && (uint)spatialLayer < (uint)SpatialLayerCount;
        size = isTold ? _current.Size(spatialLayer) : default;
        return isTold;
    }

    /// <summary>Reads a structure beside the current one; <see cref="Accept"/> makes it current.</summary>
    internal DependencyDescriptorError ReadSpare(
        ref BitReader reader,
        out DependencyTemplates spare
    )
    {
        spare = _spare;
        return _spare.Read(ref reader);
    }

    /// <summary>Makes the structure that was read last the current one.</summary>
    internal void Accept()
    {
        (_current, _spare) = (_spare, _current);
        Version = unchecked(Version + 1);
        Version = Version == 0 ? 1 : Version;
    }
}
