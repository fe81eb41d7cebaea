namespace Edge.Protocol.Dtls;

/// <summary>Which side of the handshake this end plays (RFC 5763 §5).</summary>
public enum DtlsRole : byte
{
    /// <summary>Waits for a ClientHello (<c>a=setup:passive</c>).</summary>
    Server,

    /// <summary>Sends the ClientHello (<c>a=setup:active</c>).</summary>
    Client,
}
