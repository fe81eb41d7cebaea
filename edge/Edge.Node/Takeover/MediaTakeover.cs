using Anycast.Takeover;

namespace Edge.Node.Takeover;

/// <summary>How sessions of media are kept.</summary>
public static class MediaTakeover
{
    /// <summary>The options of a node.</summary>
    /// <remarks>What is reserved ahead is what numbers jump by at a takeover. Chosen: Chromium and Firefox take a jump of 900 for loss that a key
    /// frame ends, a longer one for another stream that they look at twice; three seconds of video at 2.5 Mbit/s.</remarks>
    public static TakeoverOptions Options { get; } = new() { ReserveAheadMax = 900 };
}
