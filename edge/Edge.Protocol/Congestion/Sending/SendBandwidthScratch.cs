namespace Edge.Protocol.Congestion.Sending;

/// <summary>Where estimators digest feedback: one place for all those of a thread.</summary>
/// <remarks>Used during <see cref="SendBandwidth.HandleFeedback"/> only; nothing is kept in it, so that a viewer may
/// go on under another thread. Made at a thread's first feedback.</remarks>
internal static class SendBandwidthScratch
{
    /// <summary>Results digested at a time. Chosen: half a second's feedback of 5 Mbit/s, in 8 KiB.</summary>
    public const int ResultsMax = 256;

    [ThreadStatic]
    private static PacketResult[]? _results;

    /// <summary>The results of one call.</summary>
    public static PacketResult[] Results => _results ??= new PacketResult[ResultsMax];
}
