namespace Edge.Protocol.Transport;

/// <summary>What happened to a peer.</summary>
public enum PeerEventKind : byte
{
    /// <summary>An address passed its first authenticated STUN check.</summary>
    AddressValidated,

    /// <summary>A validated address was displaced by newer ones; its packets are dropped from now on.</summary>
    AddressForgotten,

    /// <summary>Another address was chosen to send to.</summary>
    AddressSelected,

    /// <summary>The handshake is complete and media may flow.</summary>
    Connected,

    /// <summary>The peer is gone; nothing follows.</summary>
    Closed,
}
