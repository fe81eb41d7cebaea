using Edge.Primitives;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>One event of the receiving side.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Section">Index of the m-section.</param>
/// <param name="Layer">Index of the encoding.</param>
/// <param name="Ntp">The report's NTP time, for a sender report.</param>
/// <param name="RtpTimestamp">The report's RTP timestamp, for a sender report.</param>
/// <param name="Claim">What the publisher said, for a layer allocation.</param>
public readonly record struct ReceiverEvent(
    ReceiverEventKind Kind,
    byte Section,
    byte Layer,
    NtpTimestamp Ntp = default,
    uint RtpTimestamp = 0,
    LayerClaim Claim = default
);
