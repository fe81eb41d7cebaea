namespace Edge.Protocol.Srtp;

/// <summary>What counts indices under keys of ours.</summary>
public enum IndexSpace : byte
{
    /// <summary>RTP of one SSRC: 48 bits, of which a packet carries the last 16 (RFC 3711 §3.3.1).</summary>
    Rtp,

    /// <summary>RTCP of all SSRCs: 31 bits, all in the packet (RFC 3711 §3.4).</summary>
    Rtcp,

    /// <summary>DTLS records of the epoch after the handshake: 48 bits, all in the record (RFC 6347 §4.1).</summary>
    Record,
}
