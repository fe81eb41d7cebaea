using Edge.Primitives;

namespace Edge.Wire.Mesh.Frames;

/// <summary>What a layer is like now.</summary>
/// <param name="IsActive">Whether it is sent.</param>
/// <param name="Pixels">Width times height; 0 for sound and when unknown.</param>
/// <param name="Bitrate">What its packets came to lately.</param>
public readonly record struct MeshLayerState(bool IsActive, uint Pixels, Bitrate Bitrate);
