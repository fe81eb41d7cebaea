namespace Edge.Protocol.Congestion.Sending.Delay;

/// <summary>What to do about a queue that stands.</summary>
internal enum StandingVerdict : byte
{
    /// <summary>What was done needs its time.</summary>
    Wait,

    /// <summary>It may be ours.</summary>
    Decrease,

    /// <summary>It is not.</summary>
    Tolerate,
}
