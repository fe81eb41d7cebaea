namespace Edge.Testing.Clients.Captured;

/// <summary>What a captured stream carries.</summary>
public enum CapturedKind
{
    /// <summary>Sound.</summary>
    Opus,

    /// <summary>Pictures.</summary>
    Vp8,
}
