using Edge.Primitives;

namespace Edge.Protocol.Ice;

/// <summary>One thing that happened to an agent.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Address">The peer's address it is about; empty when it is about none.</param>
public readonly record struct IceEvent(IceEventKind Kind, NetworkAddress Address);
