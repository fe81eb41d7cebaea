namespace Edge.Wire.Payload;

/// <summary>The payload formats this node knows by name.</summary>
public enum CodecKind : byte
{
    /// <summary>Any other; never negotiated.</summary>
    Unknown,

    /// <summary>Opus (RFC 7587).</summary>
    Opus,

    /// <summary>G.711 mu-law (RFC 3551).</summary>
    Pcmu,

    /// <summary>G.711 A-law (RFC 3551).</summary>
    Pcma,

    /// <summary>G.722 (RFC 3551).</summary>
    G722,

    /// <summary>Telephone events (RFC 4733).</summary>
    TelephoneEvent,

    /// <summary>VP8 (RFC 7741).</summary>
    Vp8,

    /// <summary>VP9 (RFC 9628).</summary>
    Vp9,

    /// <summary>H.264 (RFC 6184).</summary>
    H264,

    /// <summary>H.265 (RFC 7798).</summary>
    H265,

    /// <summary>AV1 (AV1 RTP specification 1.0).</summary>
    Av1,
}
