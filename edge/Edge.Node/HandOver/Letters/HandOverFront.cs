namespace Edge.Node.HandOver.Letters;

/// <summary>What stands in front of a sealed group.</summary>
/// <param name="KeyId">The secret that it is sealed with.</param>
/// <param name="Route">Whom it is from and for.</param>
/// <param name="Ticket">What who it is for gave.</param>
/// <param name="Id">Tells the group from others.</param>
internal readonly record struct HandOverFront(
    byte KeyId,
    HandOverRoute Route,
    UInt128 Ticket,
    UInt128 Id
);
