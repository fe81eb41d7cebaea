namespace Edge.Protocol.DataChannels;

/// <summary>What became of a message given to <see cref="DataChannelTransport.Send"/>.</summary>
public enum DataChannelSendResult : byte
{
    /// <summary>It is buffered, or already on its way.</summary>
    Accepted,

    /// <summary>The channel's buffer, or that of all channels, is full: nothing was taken. A
    /// <see cref="DataChannelEventKind.BufferedAmountLow"/> follows when there is room again.</summary>
    WouldBlock,

    /// <summary>Longer than the peer's max-message-size: it can never be sent.</summary>
    TooLong,

    /// <summary>There is no such channel, or it is closing.</summary>
    NotOpen,
}
