namespace Edge.Protocol.DataChannels.Association;

/// <summary>The state of an association (RFC 9260 §4).</summary>
/// <remarks>
/// <code>
/// Closed → CookieWait → CookieEchoed → Established → ShutdownPending → ShutdownSent → Ended
/// Closed → Established (COOKIE ECHO)   Established → ShutdownReceived → ShutdownAckSent → Ended
/// any → Ended (ABORT, failure)
/// </code>
/// Deviates from RFC 9260 §4 in the name Ended: an association that ended does not begin again, because
/// its DTLS connection carries one only.
/// </remarks>
internal enum SctpState : byte
{
    /// <summary>Waits for either side to begin.</summary>
    Closed,

    /// <summary>INIT was sent.</summary>
    CookieWait,

    /// <summary>COOKIE ECHO was sent.</summary>
    CookieEchoed,

    /// <summary>Data flows.</summary>
    Established,

    /// <summary>We want to end, and send what is left.</summary>
    ShutdownPending,

    /// <summary>SHUTDOWN was sent.</summary>
    ShutdownSent,

    /// <summary>The peer wants to end, and we send what is left.</summary>
    ShutdownReceived,

    /// <summary>SHUTDOWN ACK was sent.</summary>
    ShutdownAckSent,

    /// <summary>It is over.</summary>
    Ended,
}
