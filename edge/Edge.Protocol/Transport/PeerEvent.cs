using Edge.Primitives;

namespace Edge.Protocol.Transport;

/// <summary>One event of a peer's transport.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Address">The address it is about, if any.</param>
/// <param name="Reason">Why it closed, if it did.</param>
public readonly record struct PeerEvent(
    PeerEventKind Kind,
    NetworkAddress Address = default,
    PeerClosedReason Reason = PeerClosedReason.None
);
