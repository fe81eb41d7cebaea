namespace Anycast.Takeover;

/// <summary>A session came to this node, or left it.</summary>
/// <param name="Session">Which.</param>
/// <param name="Epoch">In which epoch: a later one of the same session is another ownership.</param>
/// <param name="Reason">Why it left; none when it came.</param>
public readonly record struct TakeoverEvent(SessionKey Session, long Epoch, TakeoverReason Reason);
