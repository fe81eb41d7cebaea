namespace Edge.Protocol.Congestion.Sending;

/// <summary>What happened to the bandwidth of a viewer. Each kind waits at most once: what it is about is
/// read when it is taken.</summary>
public enum SendBandwidthEvent : byte
{
    /// <summary><see cref="SendBandwidth.Target"/> is another.</summary>
    TargetChanged,

    /// <summary>A queue grew and the estimate was lowered for it.</summary>
    Congested,

    /// <summary>Packets leave and nothing is heard of them.</summary>
    FeedbackStopped,

    /// <summary>Feedback comes again.</summary>
    FeedbackResumed,
}
