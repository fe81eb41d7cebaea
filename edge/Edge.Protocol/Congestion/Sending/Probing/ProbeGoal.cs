namespace Edge.Protocol.Congestion.Sending.Probing;

/// <summary>Why the path is tested.</summary>
public enum ProbeGoal : byte
{
    /// <summary>The first packets: the path is unknown.</summary>
    Start,

    /// <summary>The probe before went through: is there more?</summary>
    Further,

    /// <summary>Less is sent than allowed, so nothing else tests the path.</summary>
    Idle,

    /// <summary>More is wanted than allowed.</summary>
    Growth,

    /// <summary>The rate fell at once: perhaps it was a moment.</summary>
    Recovery,

    /// <summary>What is wanted changed.</summary>
    Allocation,
}
