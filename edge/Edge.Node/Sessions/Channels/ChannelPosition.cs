namespace Edge.Node.Sessions.Channels;

/// <summary>How far a channel has come, as who goes on reading it elsewhere tells whether it missed something.</summary>
/// <param name="Generation">Which life of a channel of another node; 0 for one of this node.</param>
/// <param name="Number">The number of the next message of that life; for one of this node how many it has had.</param>
internal readonly record struct ChannelPosition(ulong Generation, ulong Number);
