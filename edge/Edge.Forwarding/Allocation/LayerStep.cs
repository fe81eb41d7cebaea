using Edge.Primitives;

namespace Edge.Forwarding.Allocation;

/// <summary>One quality in which a track can be sent.</summary>
/// <param name="Layer">The simulcast layer.</param>
/// <param name="Rate">What it takes.</param>
public readonly record struct LayerStep(sbyte Layer, Bitrate Rate);
