namespace Edge.Protocol.Dtls;

/// <summary>How far a DTLS engine has come.</summary>
public enum DtlsEngineStatus : byte
{
    /// <summary>The handshake waits for the peer.</summary>
    Handshaking,

    /// <summary>The handshake is complete.</summary>
    Connected,

    /// <summary>An authenticated close_notify came from the peer.</summary>
    ClosedByPeer,

    /// <summary>The engine met an error that it cannot continue after; it takes no more input.</summary>
    Failed,
}
