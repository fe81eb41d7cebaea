namespace Edge.Node.Tests.Clusters;

/// <summary>What has to hold in a cluster, whatever happens to it.</summary>
internal enum ClusterRule
{
    /// <summary>No two different packets are protected under one key and nonce, nor two records under one number.</summary>
    IndexOnce,

    /// <summary>A session ends only with its node, or with a letter whose fate nobody knows; else it works again before long.
    /// </summary>
    SessionLives,

    /// <summary>No two nodes have a session.</summary>
    OneHolder,

    /// <summary>Who proves nothing is sent no more than came from there.</summary>
    NoAmplification,

    /// <summary>Tables and buffers keep their bounds.</summary>
    Bounded,

    /// <summary>A session goes to the node of its client's flow once at most.</summary>
    EarlyOnce,

    /// <summary>The numbers of a stream go on one by one, whichever node sends it.</summary>
    NumbersGoOn,
}
