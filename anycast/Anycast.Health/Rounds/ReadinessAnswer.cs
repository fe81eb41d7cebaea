namespace Anycast.Health.Rounds;

/// <summary>What the node says of itself, asked over HTTP.</summary>
public enum ReadinessAnswer : byte
{
    /// <summary>It takes sessions.</summary>
    Ready,

    /// <summary>It was asked to end, and says so.</summary>
    Draining,

    /// <summary>It answers that it takes no sessions, for another reason.</summary>
    Ill,

    /// <summary>Nothing that makes sense came in time.</summary>
    Silent,

    /// <summary>The kernel says that nobody listens.</summary>
    Refused,
}
