namespace Edge.Mesh.Paths;

/// <summary>A track of another node, to whoever divides what its path carries.</summary>
public interface IPathTrack
{
    /// <summary>Whether it is sound, which is never left out.</summary>
    bool IsSound { get; }

    /// <summary>The layers that viewers here want, one bit each.</summary>
    uint WantedLayers { get; }

    /// <summary>Tells how its layers are; returns how many there are.</summary>
    /// <param name="layers">Room for <see cref="Feeds.FeedOrder.LayersMax"/>.</param>
    int ReadLayers(Span<PathLayer> layers);
}
