namespace Edge.Primitives;

/// <summary>Where a datagram that a core wrote has to go.</summary>
/// <param name="Destination">The peer's address.</param>
public readonly record struct TransmitMeta(NetworkAddress Destination);
