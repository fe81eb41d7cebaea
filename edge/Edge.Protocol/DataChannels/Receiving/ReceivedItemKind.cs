namespace Edge.Protocol.DataChannels.Receiving;

/// <summary>What an association has for the channels above it.</summary>
internal enum ReceivedItemKind : byte
{
    /// <summary>A whole message.</summary>
    Message,

    /// <summary>The peer reset its sending side of a stream.</summary>
    IncomingReset,

    /// <summary>The peer reset its sending side of every stream.</summary>
    IncomingResetOfAll,

    /// <summary>The peer took our reset of a stream.</summary>
    OutgoingReset,

    /// <summary>The peer asks us to reset our sending side of a stream.</summary>
    ResetWanted,

    /// <summary>The association is up.</summary>
    Connected,

    /// <summary>The peer began anew.</summary>
    Restarted,

    /// <summary>It ended by a shutdown.</summary>
    Closed,

    /// <summary>It failed.</summary>
    Failed,
}
