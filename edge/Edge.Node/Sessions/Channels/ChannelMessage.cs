namespace Edge.Node.Sessions.Channels;

/// <summary>A message between shards, with one claim on its bytes.</summary>
/// <param name="Lane">Its way.</param>
/// <param name="Number">Its number there.</param>
/// <param name="Message">Its bytes.</param>
internal readonly record struct ChannelMessage(
    MessageLane Lane,
    long Number,
    RelayedMessage Message
);
