namespace Edge.Wire.Rtcp;

/// <summary>What a block is, by packet type and, for feedback, format.</summary>
public enum RtcpKind : byte
{
    /// <summary>A block this node has no view for.</summary>
    Unknown,

    /// <summary>SR (RFC 3550 §6.4.1).</summary>
    SenderReport,

    /// <summary>RR (RFC 3550 §6.4.2).</summary>
    ReceiverReport,

    /// <summary>SDES (RFC 3550 §6.5).</summary>
    SourceDescription,

    /// <summary>BYE (RFC 3550 §6.6).</summary>
    Goodbye,

    /// <summary>Generic NACK (RFC 4585 §6.2.1).</summary>
    GenericNack,

    /// <summary>Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).</summary>
    TransportFeedback,

    /// <summary>PLI (RFC 4585 §6.3.1).</summary>
    PictureLossIndication,

    /// <summary>FIR (RFC 5104 §4.3.1).</summary>
    FullIntraRequest,

    /// <summary>REMB (draft-alvestrand-rmcat-remb-03).</summary>
    ReceiverEstimatedMaximumBitrate,

    /// <summary>XR (RFC 3611).</summary>
    ExtendedReport,
}
