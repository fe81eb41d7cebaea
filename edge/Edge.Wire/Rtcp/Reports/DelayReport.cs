using Edge.Primitives;

namespace Edge.Wire.Rtcp.Reports;

/// <summary>The answer to a receiver reference time: what a receiver needs to compute its round trip
/// (RFC 3611 §4.5).</summary>
/// <param name="Receiver">The receiver that is answered.</param>
/// <param name="LastReceiverReport">Middle 32 bits of the NTP timestamp it sent.</param>
/// <param name="DelaySinceLastReceiverReport">From that to this block, in 1/65536 s.</param>
public readonly record struct DelayReport(
    Ssrc Receiver,
    uint LastReceiverReport,
    uint DelaySinceLastReceiverReport
)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Bytes = 12;
}
