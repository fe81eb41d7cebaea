namespace Edge.Protocol.Transport;

/// <summary>What counts as a sign of life of a connected peer.</summary>
public enum PeerLiveness : byte
{
    /// <summary>Authenticated STUN only: for peers that are sent media (RFC 7675, rule R9).</summary>
    Consent,

    /// <summary>Authenticated STUN or SRTP: for peers that only send. FFmpeg 8.0 sends no STUN after
    /// the handshake; it is still not sent to without consent.</summary>
    ConsentOrMedia,
}
