namespace Edge.Forwarding.KeyFrames;

/// <summary>What became of a packet offered to a <see cref="PacketCache"/>.</summary>
internal enum CacheInsertion : byte
{
    /// <summary>It is the highest so far.</summary>
    Newest,

    /// <summary>It fills a gap.</summary>
    Late,

    /// <summary>It is there already.</summary>
    Duplicate,

    /// <summary>It is older than the cache reaches.</summary>
    TooOld,
}
