using Edge.Primitives;

namespace Edge.Wire.Mesh.Demands;

/// <summary>What is wanted of one track.</summary>
/// <param name="Track">The track.</param>
/// <param name="Layers">A bit for each layer, the first lowest; none: it is not wanted any more.</param>
/// <param name="KeyFrames">A bit for each layer of which a key frame is wanted now.</param>
public readonly record struct MeshDemandEntry(TrackToken Track, uint Layers, uint KeyFrames)
{
    /// <summary>Among the bits of <see cref="Layers"/>: the track is watched, whether or not any layer of it is. Above all
    /// layers that a track can have.</summary>
    public const uint WatchedBit = 1u << 31;

    /// <summary>The most of the track that anybody there can use, in whole kilobits; zero when nobody is there, and
    /// <see cref="Bitrate.Unlimited"/> for no limit, which is also meant by who does not say it.</summary>
    public Bitrate Ceiling { get; init; } = Bitrate.Unlimited;

    /// <summary>Whether the way there has no room for all that is wanted: layers begin with a key frame that is made for
    /// them, and not with what is cached. A version that does not know it sends what is cached.</summary>
    public bool IsNarrow { get; init; }
}
