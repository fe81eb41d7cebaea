namespace Edge.Protocol.Dtls;

/// <summary>The life of a <see cref="DtlsAssociation"/>.</summary>
public enum DtlsState : byte
{
    /// <summary>Not started; datagrams are ignored.</summary>
    New,

    /// <summary>Keys are being agreed on.</summary>
    Handshaking,

    /// <summary>The peer proved that it owns the certificate of its fingerprint; keys are out.</summary>
    Connected,

    /// <summary>Closed by either side with close_notify.</summary>
    Closed,

    /// <summary>Ended without keys; see <see cref="DtlsEvent.Failure"/>.</summary>
    Failed,
}
