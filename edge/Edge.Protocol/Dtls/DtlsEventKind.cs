namespace Edge.Protocol.Dtls;

/// <summary>Kinds of <see cref="DtlsEvent"/>.</summary>
public enum DtlsEventKind : byte
{
    /// <summary>The handshake is complete and the fingerprint matched.</summary>
    Connected,

    /// <summary>The association ended without keys.</summary>
    Failed,

    /// <summary>The peer sent an authenticated close_notify.</summary>
    ClosedByPeer,
}
