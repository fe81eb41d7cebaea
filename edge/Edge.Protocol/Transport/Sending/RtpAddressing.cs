using Edge.Primitives;

namespace Edge.Protocol.Transport.Sending;

/// <summary>The header fields that differ between a packet and its retransmission.</summary>
internal readonly record struct RtpAddressing(
    PayloadType PayloadType,
    SequenceNumber SequenceNumber,
    Ssrc Ssrc,
    ushort TransportSequence,
    bool IsRepair
);
