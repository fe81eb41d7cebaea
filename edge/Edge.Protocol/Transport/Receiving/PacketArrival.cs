using Edge.Primitives;

namespace Edge.Protocol.Transport.Receiving;

/// <summary>What is known of a received packet beside its bytes.</summary>
/// <param name="Binding">The stream it belongs to.</param>
/// <param name="Kind">How it counts in the stream's statistics.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Offset">Where it begins in the buffer it came in.</param>
/// <param name="At">When it came to the machine.</param>
internal readonly record struct PacketArrival(
    StreamBinding Binding,
    ArrivalKind Kind,
    int Length,
    int Offset,
    Instant At
);
