namespace Edge.Protocol.Ice.Checks;

/// <summary>How far one pair has come (RFC 8445 §6.1.2.6). There is no Frozen: with one component and
/// one local candidate every pair has a foundation of its own.</summary>
internal enum IcePairState : byte
{
    /// <summary>Not to be checked: the list is concluded.</summary>
    Idle,

    /// <summary>To be checked.</summary>
    Waiting,

    /// <summary>Checked, not answered yet.</summary>
    InProgress,

    /// <summary>Works.</summary>
    Succeeded,

    /// <summary>Works and is being nominated.</summary>
    Nominating,

    /// <summary>The peer refused the check.</summary>
    Failed,
}
