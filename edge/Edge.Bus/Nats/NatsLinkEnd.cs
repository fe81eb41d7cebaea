namespace Edge.Bus.Nats;

/// <summary>Why a connection has ended.</summary>
internal enum NatsLinkEnd : byte
{
    /// <summary>It was lost, or the server has closed it.</summary>
    Lost,

    /// <summary>The server has not answered in time, though the connection stood.</summary>
    Silent,

    /// <summary>The server is about to stop, and there is another one.</summary>
    Retired,

    /// <summary>More subscriptions came and went than could be sent.</summary>
    Overrun,

    /// <summary>The bus has ended.</summary>
    Stopped,
}
