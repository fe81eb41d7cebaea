namespace Edge.Forwarding.Thinning;

/// <summary>What became of a frame for one viewer.</summary>
internal enum FrameFate : byte
{
    /// <summary>No packet of it was seen, or it is too long ago.</summary>
    Unknown,

    /// <summary>It is sent.</summary>
    Forwarded,

    /// <summary>It is left out.</summary>
    Dropped,
}
