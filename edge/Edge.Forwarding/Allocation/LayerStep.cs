using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>One quality in which a track can be sent.</summary>
/// <param name="Layer">The simulcast layer.</param>
/// <param name="Rate">What it takes.</param>
/// <param name="Spatial">The highest spatial layer within it; -1 for all.</param>
/// <param name="Temporal">The highest temporal layer within it; -1 for all.</param>
public readonly record struct LayerStep(
    sbyte Layer,
    Bitrate Rate,
    sbyte Spatial = -1,
    sbyte Temporal = -1
)
{
    /// <summary>Whether another step is the same quality, whatever it takes.</summary>
    public bool IsSameAs(in LayerStep other) =>
        Layer == other.Layer && Spatial == other.Spatial && Temporal == other.Temporal;
}
