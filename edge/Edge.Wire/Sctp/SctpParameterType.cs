namespace Edge.Wire.Sctp;

/// <summary>The type of a parameter of INIT, INIT ACK, HEARTBEAT or RE-CONFIG (RFC 9260 §3.2.1).</summary>
public enum SctpParameterType : ushort
{
    /// <summary>What a HEARTBEAT's sender wants back (RFC 9260 §3.3.5).</summary>
    HeartbeatInfo = 1,

    /// <summary>An IPv4 address of the sender; without meaning over DTLS (RFC 8261 §5).</summary>
    IPv4Address = 5,

    /// <summary>An IPv6 address of the sender; without meaning over DTLS.</summary>
    IPv6Address = 6,

    /// <summary>The state cookie of an INIT ACK (RFC 9260 §3.3.3.1).</summary>
    StateCookie = 7,

    /// <summary>A parameter of INIT that its receiver did not know (RFC 9260 §3.3.3.1).</summary>
    UnrecognizedParameter = 8,

    /// <summary>A wish for a longer life of the cookie (RFC 9260 §3.3.2.1).</summary>
    CookiePreservative = 9,

    /// <summary>Kinds of addresses that the sender takes (RFC 9260 §3.3.2.1).</summary>
    SupportedAddressTypes = 12,

    /// <summary>The sender resets its outgoing streams (RFC 6525 §4.1).</summary>
    OutgoingResetRequest = 13,

    /// <summary>The sender wants its incoming streams reset (RFC 6525 §4.2).</summary>
    IncomingResetRequest = 14,

    /// <summary>All numbers start over (RFC 6525 §4.3).</summary>
    SsnTsnResetRequest = 15,

    /// <summary>Answers a request (RFC 6525 §4.4).</summary>
    ReconfigResponse = 16,

    /// <summary>The sender wants more outgoing streams (RFC 6525 §4.5).</summary>
    AddOutgoingStreams = 17,

    /// <summary>The sender wants more incoming streams (RFC 6525 §4.6).</summary>
    AddIncomingStreams = 18,

    /// <summary>Chunk types that the sender knows beside the basic ones (RFC 5061 §4.2.7).</summary>
    SupportedExtensions = 0x8008,

    /// <summary>The sender knows FORWARD TSN (RFC 3758 §3.1).</summary>
    ForwardTsnSupported = 0xC000,
}
