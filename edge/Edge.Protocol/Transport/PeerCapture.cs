namespace Edge.Protocol.Transport;

/// <summary>What became of the wish to move a peer to another process. All but <see cref="Captured"/> changed
/// nothing: the peer goes on here.</summary>
public enum PeerCapture : byte
{
    /// <summary>Its state is written, and it is closed here without a word.</summary>
    Captured,

    /// <summary>It is not connected yet, or over.</summary>
    NotConnected,

    /// <summary>The TLS library still holds what cannot be written: the peer was not heard to use its keys, or agreed on
    /// a cipher suite that our record layer does not know.</summary>
    HandshakeInFlight,

    /// <summary>Events or datagrams wait to be polled: poll them and ask again.</summary>
    NotDrained,

    /// <summary>It is sent to over a TCP connection, which would have to go along. A peer alone does not say so: written, it is
    /// as one whose connection was closed, and is sent to after its next check or
    /// <see cref="Ice.IceAgent.TryRestorePath"/>.</summary>
    OverConnection,

    /// <summary>Its data channels are about to begin or to end: ask again a round trip later.</summary>
    ChannelsUnsettled,

    /// <summary>There is more to write than the writer takes.</summary>
    TooLong,

    /// <summary>What was written cannot be read again: a fault of ours. Better that the peer stays than that it is
    /// lost.</summary>
    Unreadable,
}
