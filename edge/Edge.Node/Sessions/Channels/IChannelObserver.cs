namespace Edge.Node.Sessions.Channels;

/// <summary>Told what becomes of data channels.</summary>
/// <remarks>Called on the shard that drives the session: it must not wait.</remarks>
internal interface IChannelObserver
{
    /// <summary>A channel has ended; its id is not free yet.</summary>
    void HandleChannelEnded(ChannelEnd end, ChannelEndReason reason);

    /// <summary>A client has a channel for events.</summary>
    void HandleEventsOpened(SessionChannels channels);

    /// <summary>An id is free again.</summary>
    void HandleChannelFreed(SessionChannels channels, ushort id);
}
