namespace Edge.Protocol.DataChannels;

/// <summary>How a transport knows of a channel.</summary>
internal enum DataChannelOrigin : byte
{
    /// <summary>It was opened here.</summary>
    Opened,

    /// <summary>It ended with the process that had it: the peer may have closed it since, or not have had it.</summary>
    Portrait,

    /// <summary>The peer may have it, though no portrait says so.</summary>
    Guess,
}
