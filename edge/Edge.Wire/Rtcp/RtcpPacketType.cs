namespace Edge.Wire.Rtcp;

/// <summary>The packet type byte of an RTCP block (RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2).</summary>
public enum RtcpPacketType : byte
{
    /// <summary>SR.</summary>
    SenderReport = 200,

    /// <summary>RR.</summary>
    ReceiverReport = 201,

    /// <summary>SDES.</summary>
    SourceDescription = 202,

    /// <summary>BYE.</summary>
    Goodbye = 203,

    /// <summary>APP.</summary>
    Application = 204,

    /// <summary>RTPFB.</summary>
    TransportFeedback = 205,

    /// <summary>PSFB.</summary>
    PayloadFeedback = 206,

    /// <summary>XR.</summary>
    ExtendedReport = 207,
}
