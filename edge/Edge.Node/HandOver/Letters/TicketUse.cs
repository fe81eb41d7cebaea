namespace Edge.Node.HandOver.Letters;

/// <summary>What came of showing a ticket.</summary>
internal enum TicketUse : byte
{
    /// <summary>The group may be taken.</summary>
    Good,

    /// <summary>Its time is over, or too many groups came by it; this one did not.</summary>
    Over,

    /// <summary>This run of the node did not give it: what came by it to a former run nobody can say.</summary>
    Unknown,

    /// <summary>This run of the node gave it, to somebody, and keeps it in mind no more: what came by it may live here.</summary>
    Forgotten,

    /// <summary>The group came before.</summary>
    Repeated,
}
