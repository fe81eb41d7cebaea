namespace Edge.Protocol.Congestion.Sending;

/// <summary>Counters of a viewer's bandwidth estimate, from the session's start.</summary>
public partial struct SendBandwidthStats
{
    /// <summary>Feedback blocks that told something new.</summary>
    public long FeedbackBlocks { get; internal set; }

    /// <summary>Packets told received.</summary>
    public long Received { get; internal set; }

    /// <summary>Packets told lost, less those that came late.</summary>
    public long Lost { get; internal set; }

    /// <summary>Probes asked for.</summary>
    public long Probes { get; internal set; }

    /// <summary>Probes with a result.</summary>
    public long ProbeResults { get; internal set; }

    /// <summary>Decreases because a queue grew.</summary>
    public long Decreases { get; internal set; }

    /// <summary>Decreases because nothing was heard.</summary>
    public long SilentDecreases { get; internal set; }
}
