namespace Edge.Protocol.DataChannels;

/// <summary>What happened to a transport.</summary>
public enum DataChannelEventKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The association is up.</summary>
    Connected,

    /// <summary>A channel is open: the peer opened it, answered our opening, or both had agreed on it.</summary>
    ChannelOpened,

    /// <summary>A message came.</summary>
    Message,

    /// <summary>A channel is closed on both sides; its id may be used again.</summary>
    ChannelClosed,

    /// <summary>A channel ended with the process that had it before, and what was sent on it may be lost. The peer is told as
    /// soon as it answers; ChannelClosed follows, and the id may be used again.</summary>
    ChannelLost,

    /// <summary>A channel's buffered bytes fell to its threshold, or a Send that would have blocked may be
    /// tried again.</summary>
    BufferedAmountLow,

    /// <summary>The peer began a new association in place of the old one: every channel is closed, and the
    /// transport is connected.</summary>
    Restarted,

    /// <summary>The transport ended by a shutdown of either side: every channel is closed.</summary>
    Closed,

    /// <summary>The transport ended by a failure: every channel is closed.</summary>
    Failed,
}
