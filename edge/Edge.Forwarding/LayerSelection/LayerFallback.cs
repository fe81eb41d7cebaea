namespace Edge.Forwarding.LayerSelection;

/// <summary>What takes the place of a wanted layer that is not there.</summary>
public enum LayerFallback : byte
{
    /// <summary>The best one below it, else above it. Without a wanted layer: the best one.</summary>
    Quality,

    /// <summary>Nothing: what was sent before goes on where it can, until the wanted layer comes.</summary>
    None,

    /// <summary>The next rid in alphabetical order, where the first is the best by agreement; behind the
    /// last one, the last.</summary>
    Alphabetical,
}
