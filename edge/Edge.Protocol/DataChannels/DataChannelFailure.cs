namespace Edge.Protocol.DataChannels;

/// <summary>Why a transport ended other than by a shutdown.</summary>
public enum DataChannelFailure : byte
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>Network: the peer did not answer the handshake.</summary>
    HandshakeTimeout,

    /// <summary>Network: the peer stopped to acknowledge.</summary>
    PathFailed,

    /// <summary>Remote: the peer sent ABORT.</summary>
    AbortedByPeer,

    /// <summary>Remote: what the peer sent cannot be.</summary>
    ProtocolViolation,

    /// <summary>Remote: a message is longer than we said we take.</summary>
    MessageTooLong,

    /// <summary>Remote: the peer sent past its window until the receive buffer's hard bound.</summary>
    OutOfResources,

    /// <summary>Local: <see cref="DataChannelTransport.Abort"/>.</summary>
    AbortedLocally,

    /// <summary>Network: the peer did not follow a shutdown to its end.</summary>
    ShutdownTimeout,
}
