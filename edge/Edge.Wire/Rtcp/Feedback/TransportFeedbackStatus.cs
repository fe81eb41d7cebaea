using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>What transport-wide feedback says of one packet.</summary>
/// <param name="Sequence">Its transport-wide sequence number.</param>
/// <param name="IsReceived">Whether it came.</param>
/// <param name="Arrival">When it came, on the receiver's clock; meaningless when it did not come. The
/// clock's origin is arbitrary and it wraps every 2^24 * 64 ms, about 12.4 days. It may be up to half
/// an hour before the origin.</param>
public readonly record struct TransportFeedbackStatus(
    SequenceNumber Sequence,
    bool IsReceived,
    TimeSpan Arrival
);
