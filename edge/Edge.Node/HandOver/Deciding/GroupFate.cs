namespace Edge.Node.HandOver.Deciding;

/// <summary>What becomes of a group that was written for another node.</summary>
internal enum GroupFate : byte
{
    /// <summary>Another node has it.</summary>
    Moved,

    /// <summary>Nobody took it: it goes on here.</summary>
    Returned,

    /// <summary>Nobody can be sure who has it, or it cannot go on here: it ends here.</summary>
    Lost,
}
