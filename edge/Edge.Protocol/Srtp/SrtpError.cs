namespace Edge.Protocol.Srtp;

/// <summary>Why a packet was not accepted. Nothing of the session changed unless it is <see cref="None"/>.</summary>
public enum SrtpError : byte
{
    /// <summary>The packet is authentic and was decrypted.</summary>
    None,

    /// <summary>Shorter than its header and its tag.</summary>
    Truncated,

    /// <summary>Not RTP or RTCP version 2.</summary>
    NotVersion2,

    /// <summary>A packet of this index was accepted before (RFC 3711 §3.3.2).</summary>
    Replayed,

    /// <summary>Older than the replay window.</summary>
    TooOld,

    /// <summary>The authentication tag is wrong.</summary>
    NotAuthentic,

    /// <summary>SRTCP without encryption, which no profile of DTLS-SRTP allows (RFC 5764 §4.1.2).</summary>
    NotEncrypted,

    /// <summary>Of a new SSRC, beyond <see cref="SrtpSession.InboundSourcesMax"/>; not looked into.</summary>
    TooManySources,
}
