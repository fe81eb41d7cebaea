namespace Edge.Forwarding.Thinning;

/// <summary>What is done with a packet that came in order.</summary>
internal enum ThinningVerdict : byte
{
    /// <summary>It is sent.</summary>
    Forward,

    /// <summary>It is left out; what is missing before it may be something else.</summary>
    Drop,

    /// <summary>It is left out, and so is what is missing before it: that is of the same frame.</summary>
    DropWithGap,
}
