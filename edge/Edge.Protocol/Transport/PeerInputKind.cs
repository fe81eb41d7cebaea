namespace Edge.Protocol.Transport;

/// <summary>What a datagram turned out to hold for the media layer.</summary>
public enum PeerInputKind : byte
{
    /// <summary>Nothing: it was consumed or dropped.</summary>
    None,

    /// <summary>Nothing for the media layer: an authentic STUN message.</summary>
    Check,

    /// <summary>A plain RTP packet.</summary>
    Rtp,

    /// <summary>A plain RTCP compound or reduced-size packet.</summary>
    Rtcp,
}
