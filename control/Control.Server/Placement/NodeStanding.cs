namespace Control.Server.Placement;

/// <summary>What is known of a node now.</summary>
internal enum NodeStanding
{
    /// <summary>It was heard of lately.</summary>
    Alive,

    /// <summary>It has been silent for too long: it may be gone, or out of reach, with its sessions alive.</summary>
    Silent,

    /// <summary>It said that it has ended, with all its sessions.</summary>
    Stopped,
}
