namespace Edge.Protocol.Congestion.Sending;

/// <summary>Where estimators digest feedback: a place that all those of a thread can share.</summary>
/// <remarks>Used during <see cref="SendBandwidth.HandleFeedback"/> only; nothing is kept in it. Threads: one
/// at a time, as those that use it.</remarks>
public sealed class SendBandwidthScratch
{
    /// <summary>Results digested at a time. Chosen: half a second's feedback of 5 Mbit/s, in 8 KiB.</summary>
    public const int ResultsMax = 256;

    internal PacketResult[] Results { get; } = new PacketResult[ResultsMax];
}
