namespace Edge.Node.HandOver.Letters;

/// <summary>What came of showing a ticket.</summary>
internal enum TicketUse : byte
{
    /// <summary>The group may be taken.</summary>
    Good,

    /// <summary>Its time is over, or too many groups came by it; this one did not.</summary>
    Over,

    /// <summary>There is no such ticket of who shows it, as far as this run of the node knows: what came by it to a former run, or
    /// before it was forgotten, nobody can say.</summary>
    Unknown,

    /// <summary>The group came before.</summary>
    Repeated,
}
