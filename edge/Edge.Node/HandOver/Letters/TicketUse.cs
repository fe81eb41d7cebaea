namespace Edge.Node.HandOver.Letters;

/// <summary>What came of showing a ticket.</summary>
internal enum TicketUse : byte
{
    /// <summary>The group may be taken.</summary>
    Good,

    /// <summary>There is no such ticket of who shows it, its time is over, or too many groups came by it.</summary>
    Unknown,

    /// <summary>The group came before.</summary>
    Repeated,
}
