namespace Edge.Protocol.DataChannels.Association;

/// <summary>The deadlines of an association beside those of its sender, receiver and resets.</summary>
internal enum SctpTimer : byte
{
    /// <summary>INIT or COOKIE ECHO is due again (T1 of RFC 9260 §5.1): set with them, cleared when
    /// established.</summary>
    Handshake,

    /// <summary>The path is to be probed (RFC 9260 §8.3): set when established, cleared by a shutdown.</summary>
    Heartbeat,

    /// <summary>SHUTDOWN or SHUTDOWN ACK is due again (T2 of RFC 9260 §9.2): set with them.</summary>
    Shutdown,
}
