namespace Edge.Wire.Sctp;

/// <summary>The type of a chunk. Its two highest bits tell what a receiver does that does not know it
/// (RFC 9260 §3.2).</summary>
public enum SctpChunkType : byte
{
    /// <summary>User data (RFC 9260 §3.3.1).</summary>
    Data = 0,

    /// <summary>Opens an association (RFC 9260 §3.3.2).</summary>
    Init = 1,

    /// <summary>Answers INIT and carries the state cookie (RFC 9260 §3.3.3).</summary>
    InitAck = 2,

    /// <summary>Acknowledges data (RFC 9260 §3.3.4).</summary>
    Sack = 3,

    /// <summary>Probes the path (RFC 9260 §3.3.5).</summary>
    Heartbeat = 4,

    /// <summary>Echoes a HEARTBEAT (RFC 9260 §3.3.6).</summary>
    HeartbeatAck = 5,

    /// <summary>Ends the association at once (RFC 9260 §3.3.7).</summary>
    Abort = 6,

    /// <summary>Asks to end after all data is through (RFC 9260 §3.3.8).</summary>
    Shutdown = 7,

    /// <summary>Answers SHUTDOWN (RFC 9260 §3.3.9).</summary>
    ShutdownAck = 8,

    /// <summary>Reports what was wrong (RFC 9260 §3.3.10).</summary>
    Error = 9,

    /// <summary>Returns the state cookie (RFC 9260 §3.3.11).</summary>
    CookieEcho = 10,

    /// <summary>Accepts the state cookie (RFC 9260 §3.3.12).</summary>
    CookieAck = 11,

    /// <summary>The last word of a shutdown (RFC 9260 §3.3.13).</summary>
    ShutdownComplete = 14,

    /// <summary>Stream reconfiguration (RFC 6525 §3.1).</summary>
    ReConfig = 130,

    /// <summary>Skips data given up by its sender (RFC 3758 §3.2).</summary>
    ForwardTsn = 192,
}
