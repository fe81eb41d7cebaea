namespace Edge.Forwarding.Thinning;

/// <summary>What is known of a packet's frame.</summary>
[Flags]
internal enum FrameFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its layers are known.</summary>
    Known = 1,

    /// <summary>The packet has a dependency descriptor whose frame number was read.</summary>
    Described = 2,

    /// <summary>Layers, references and chains are those of a dependency descriptor; else of the payload.</summary>
    ByDescriptor = 4,

    /// <summary>The frame's number tells which frames came before it, without holes.</summary>
    Numbered = 8,

    /// <summary>The packet is the first of its frame.</summary>
    Starts = 16,

    /// <summary>The packet is the last of its frame.</summary>
    Ends = 32,

    /// <summary>The frame begins a stream that refers to nothing before it.</summary>
    Key = 64,

    /// <summary>The packet brings a structure.</summary>
    Structure = 128,

    /// <summary>The packet says which targets are active.</summary>
    Mask = 256,

    /// <summary>The structure has chains.</summary>
    Chains = 512,

    /// <summary>The payload calls it a point to take a further temporal layer at (VP8 Y, VP9 U).</summary>
    Sync = 1024,

    /// <summary>It has more references than are kept.</summary>
    ManyReferences = 2048,

    /// <summary>No other frame refers to it (VP8 N).</summary>
    Discardable = 4096,

    /// <summary>References, chains and switch indications are the frame's own: its first packet, which alone
    /// has them, was read.</summary>
    Detailed = 8192,
}
