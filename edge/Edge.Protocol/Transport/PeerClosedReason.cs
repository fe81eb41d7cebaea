namespace Edge.Protocol.Transport;

/// <summary>Why a session ended.</summary>
public enum PeerClosedReason : byte
{
    /// <summary>It is not closed.</summary>
    None,

    /// <summary>Local: asked to (an API call, a replaced publisher, shutdown).</summary>
    Requested,

    /// <summary>Remote: an authenticated close_notify.</summary>
    ClosedByPeer,

    /// <summary>Network: no handshake within its time.</summary>
    ConnectTimeout,

    /// <summary>Network: nothing authenticated was heard for the idle time, or consent was not renewed.</summary>
    IdleTimeout,

    /// <summary>Remote: the certificate is not the one the SDP named (rule R8).</summary>
    FingerprintMismatch,

    /// <summary>Remote: the DTLS handshake failed or agreed on no SRTP profile.</summary>
    HandshakeFailed,

    /// <summary>Local: another process goes on with it, and the peer notices nothing.</summary>
    HandedOver,
}
