namespace Anycast.Health.Peers;

/// <summary>Why a datagram is no heartbeat.</summary>
public enum HeartbeatParseError : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Shorter than its parts.</summary>
    Truncated,

    /// <summary>Longer than its parts.</summary>
    TooLong,

    /// <summary>It begins otherwise.</summary>
    NotAHeartbeat,

    /// <summary>A report that has no name here.</summary>
    UnknownReport,

    /// <summary>A name that is not one.</summary>
    BadName,

    /// <summary>Not made with the PoP's key.</summary>
    WrongKey,
}
