using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>What a session pulls, or is about to, as it was read.</summary>
/// <param name="Track">Which track.</param>
/// <param name="Choice">The layer wanted; null for the best one.</param>
/// <param name="Delivery">How else it is to be sent; null where nothing was said.</param>
internal sealed record PullPart(
    PulledReference Track,
    SimulcastChoice? Choice,
    DeliveryChoice? Delivery
);
