namespace Anycast.Health;

/// <summary>Why the address is announced or withdrawn.</summary>
public enum HealthReason : byte
{
    /// <summary>Announced: enough good rounds in a row.</summary>
    Healthy,

    /// <summary>Announced although the node looks ill: no other node has the address.</summary>
    NobodyElse,

    /// <summary>Withdrawn: the node drains.</summary>
    Draining,

    /// <summary>Withdrawn: there is no process.</summary>
    Dead,

    /// <summary>Withdrawn: the process answers nothing any more.</summary>
    Hung,

    /// <summary>Withdrawn: too many bad rounds, and another node has the address.</summary>
    Ill,

    /// <summary>Withdrawn: the watcher itself ends.</summary>
    Stopping,
}
