namespace Edge.Node.HandOver.Desk;

/// <summary>What a node says to one that wants to give sessions away.</summary>
/// <param name="WouldTake">Whether it takes any.</param>
/// <param name="Sessions">For how many it has room.</param>
internal readonly record struct HandOverOffer(bool WouldTake, int Sessions);
