namespace Edge.Wire.Rtp.Dependencies;

/// <summary>Why bytes are not a usable dependency descriptor.</summary>
public enum DependencyDescriptorError : byte
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>A field runs past the end.</summary>
    Truncated,

    /// <summary>It refers to a template structure that never came.</summary>
    NoStructure,

    /// <summary>It refers to a template the structure does not have.</summary>
    UnknownTemplate,

    /// <summary>The structure has more than 64 templates.</summary>
    TooManyTemplates,

    /// <summary>The structure has more than 4 spatial or 8 temporal layers.</summary>
    LayerOutOfRange,
}
