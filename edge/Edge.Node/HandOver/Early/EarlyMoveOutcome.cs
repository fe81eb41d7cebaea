namespace Edge.Node.HandOver.Early;

/// <summary>What became of the wish to give a session to the node where its client's flow comes in.</summary>
internal enum EarlyMoveOutcome : byte
{
    /// <summary>It is there.</summary>
    Moved,

    /// <summary>As many are on their way as may be: it stays.</summary>
    Busy,

    /// <summary>That node does not answer, or has no room: it stays.</summary>
    NoPlace,

    /// <summary>It could not be written now: a request holds it, or it has what cannot be written before it is connected. It
    /// stays.</summary>
    Held,

    /// <summary>That node did not take it, and it goes on here.</summary>
    Returned,

    /// <summary>Nobody knows whether that node has it, or something failed: it is gone.</summary>
    Lost,
}
