using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>A layer of a track as its owner says it is.</summary>
/// <param name="Pixels">Of a picture; zero while not known.</param>
/// <param name="Rate">What it takes; zero while it is not sent or not known.</param>
public readonly record struct PathLayer(uint Pixels, Bitrate Rate);
