namespace Edge.Node.Front;

/// <summary>What became of the connections at the front.</summary>
/// <remarks>Threads: the front's writes, others read single values.</remarks>
internal struct FrontStats
{
    /// <summary>Accepted.</summary>
    public long Accepted;

    /// <summary>Given to control.</summary>
    public long Https;

    /// <summary>Given to a shard.</summary>
    public long Media;

    /// <summary>HTTPS that control did not take.</summary>
    public long ControlAway;

    /// <summary>Closed because what came is neither.</summary>
    public long Neither;

    /// <summary>Closed because they did not say in time what they are, or ended before.</summary>
    public long Silent;

    /// <summary>Closed because there were too many.</summary>
    public long Crowded;
}
