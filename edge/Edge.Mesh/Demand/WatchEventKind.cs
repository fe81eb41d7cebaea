namespace Edge.Mesh.Demand;

/// <summary>What a watching node has to do with a layer of a track.</summary>
public enum WatchEventKind : byte
{
    /// <summary>Take it.</summary>
    Subscribe,

    /// <summary>Take it no more.</summary>
    Unsubscribe,
}
