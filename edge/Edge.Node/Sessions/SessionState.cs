namespace Edge.Node.Sessions;

/// <summary>How far a session is, as reports name it.</summary>
internal enum SessionState : byte
{
    /// <summary>Answered; nothing authenticated has come.</summary>
    New,

    /// <summary>A STUN check came; the handshake runs.</summary>
    Connecting,

    /// <summary>Media may flow.</summary>
    Connected,

    /// <summary>Over.</summary>
    Closed,

    /// <summary>It goes on at another node; what comes for it here is kept for there.</summary>
    Moved,
}
