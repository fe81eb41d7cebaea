namespace Edge.Protocol.DataChannels;

/// <summary>What became of <see cref="DataChannelTransport.Open"/>.</summary>
public enum DataChannelOpenResult : byte
{
    /// <summary>The channel exists; messages may be sent at once.</summary>
    Opened,

    /// <summary>The wanted id is taken, or still closing.</summary>
    IdInUse,

    /// <summary>No free id, or more channels than the options allow.</summary>
    TooManyChannels,

    /// <summary>The options contradict themselves or are longer than allowed.</summary>
    InvalidOptions,

    /// <summary>The transport has ended.</summary>
    Closed,
}
