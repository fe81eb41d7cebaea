namespace Edge.Protocol.Transport;

/// <summary>Why a datagram was dropped without an answer. One counter each.</summary>
public enum DropReason : byte
{
    /// <summary>It was not dropped.</summary>
    None,

    /// <summary>Its first bytes belong to no protocol of the media port.</summary>
    UnknownProtocol,

    /// <summary>STUN that is malformed, unauthenticated or not for this session.</summary>
    Stun,

    /// <summary>DTLS or SRTP from an address without an authenticated STUN check (rules R2, R4).</summary>
    AddressNotValidated,

    /// <summary>SRTP before the handshake is complete.</summary>
    NoKeys,

    /// <summary>SRTP or SRTCP that did not authenticate.</summary>
    NotAuthentic,

    /// <summary>SRTP or SRTCP that was received before.</summary>
    Replayed,

    /// <summary>An authentic packet that is not well-formed RTP or RTCP.</summary>
    Malformed,

    /// <summary>An authentic RTP packet of no negotiated stream.</summary>
    UnknownStream,

    /// <summary>An RTP packet received before, on its own or by retransmission.</summary>
    Duplicate,

    /// <summary>Padding without media: a bandwidth probe. Counted for feedback, not forwarded.</summary>
    PaddingOnly,

    /// <summary>The session is closed.</summary>
    Closed,
}
