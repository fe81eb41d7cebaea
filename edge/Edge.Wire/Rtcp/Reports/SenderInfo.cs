using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>How a sender's clocks relate and what it sent so far (RFC 3550 §6.4.1).</summary>
/// <param name="NtpTimestamp">Wall-clock time of the report at the sender.</param>
/// <param name="RtpTimestamp">The same moment on the media's clock.</param>
/// <param name="PacketCount">Packets sent since the start.</param>
/// <param name="OctetCount">Payload bytes sent since the start, headers and padding left out.</param>
public readonly record struct SenderInfo(
    NtpTimestamp NtpTimestamp,
    uint RtpTimestamp,
    uint PacketCount,
    uint OctetCount
);
