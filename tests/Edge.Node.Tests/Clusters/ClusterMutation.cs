namespace Edge.Node.Tests.Clusters;

/// <summary>What is wrong with the nodes of a cluster, so that it is seen that the rules find it.</summary>
internal enum ClusterMutation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Who gives a session away writes it, and goes on with it for a moment before the letter leaves.</summary>
    ForgetsIndices,

    /// <summary>Who gave a session away goes on with it.</summary>
    KeepsWhatItGave,

    /// <summary>A letter without an answer is taken for one that was refused.</summary>
    TakesSilenceForNo,

    /// <summary>A letter without an answer is taken for one that was taken.</summary>
    TakesSilenceForYes,

    /// <summary>Who gave a session away, and does not know whether it is there, goes on with it.</summary>
    KeepsWhatMayBeElsewhere,

    /// <summary>A session that nobody took is ended.</summary>
    LosesWhatIsRefused,

    /// <summary>What went to the node of its client's flow goes on to the next.</summary>
    MovesAgainAndAgain,

    /// <summary>What is nobody's is answered.</summary>
    Reflects,

    /// <summary>Who sends something is remembered.</summary>
    RemembersStrangers,

    /// <summary>Who checks from an address has it, whoever else is proved to be there.</summary>
    BelievesChecks,

    /// <summary>Who takes a session leaves numbers out.</summary>
    SkipsNumbers,

    /// <summary>Who takes a session loses its flows, and its name.</summary>
    LosesWhatItTook,
}
