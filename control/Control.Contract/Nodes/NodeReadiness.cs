namespace Control.Contract.Nodes;

/// <summary>Whether a node takes new sessions.</summary>
public enum NodeReadiness
{
    /// <summary>Not yet.</summary>
    Starting,

    /// <summary>It does, if it is not full.</summary>
    Ready,

    /// <summary>Not any more; those it has go on for now.</summary>
    Draining,

    /// <summary>It has ended, and all its sessions with it. The last that is heard of this life.</summary>
    Stopped,
}
