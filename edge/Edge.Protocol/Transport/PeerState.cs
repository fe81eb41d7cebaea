namespace Edge.Protocol.Transport;

/// <summary>The life of a peer: forward only.</summary>
/// <remarks>
/// <code>
/// New --first authenticated STUN check--> Connecting --keys and fingerprint--> Connected
///  |                                          |                                    |
///  +------------------------------------------+------------------------------------+--> Closed
/// </code>
/// </remarks>
public enum PeerState : byte
{
    /// <summary>Nothing authenticated was received.</summary>
    New,

    /// <summary>An address is validated; the DTLS handshake may run.</summary>
    Connecting,

    /// <summary>SRTP keys are in place.</summary>
    Connected,

    /// <summary>Ended; every input is dropped.</summary>
    Closed,
}
