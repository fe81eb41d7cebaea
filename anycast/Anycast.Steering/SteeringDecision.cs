namespace Anycast.Steering;

/// <summary>Where a datagram goes, and why.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Reason">Why.</param>
/// <param name="Owner">Whom it goes to; meaningful for <see cref="SteeringAction.Forward"/> and
/// <see cref="SteeringAction.Cross"/>.</param>
public readonly record struct SteeringDecision(
    SteeringAction Action,
    SteeringReason Reason,
    FlowOwner Owner = default
);
