using Edge.Primitives;

namespace Edge.Protocol.Ice;

/// <summary>What an agent knows of an address that passed a check.</summary>
/// <param name="SeenAt">When it was last checked.</param>
/// <param name="ConsentAt">When it last gave consent; <see cref="Instant.Never"/> if it never did.</param>
/// <param name="IsSelected">Whether it is the one that is used.</param>
public readonly record struct IcePathFacts(Instant SeenAt, Instant ConsentAt, bool IsSelected);
