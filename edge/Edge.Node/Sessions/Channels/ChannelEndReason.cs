namespace Edge.Node.Sessions.Channels;

/// <summary>Why a data channel ended.</summary>
internal enum ChannelEndReason : byte
{
    /// <summary>The API was asked to.</summary>
    Requested,

    /// <summary>Its client closed it, or its transport ended.</summary>
    ClosedByClient,

    /// <summary>The session that publishes it closed it or has ended.</summary>
    PublisherEnded,

    /// <summary>Its client did not keep up.</summary>
    TooSlow,

    /// <summary>A message was longer than its client takes.</summary>
    MessageTooLong,

    /// <summary>Its client did not say in time that it is ready.</summary>
    AckTimeout,

    /// <summary>Messages between nodes were lost, from the publisher or to it.</summary>
    MessagesLost,
}
