using Edge.Primitives;

namespace Edge.Mesh.Paths;

/// <summary>A layer of a track as its owner says it is.</summary>
/// <param name="Pixels">Of a picture; zero while not known.</param>
/// <param name="Rate">What it takes; of one that is not sent, what it took last; zero while not known.</param>
public readonly record struct PathLayer(uint Pixels, Bitrate Rate)
{
    /// <summary>Whether its publisher sends it.</summary>
    public bool IsSent { get; init; } = true;
}
