namespace Edge.Wire.Framing;

/// <summary>What a client means to speak on a connection to the port that media and HTTPS share.</summary>
public enum FirstBytesKind : byte
{
    /// <summary>Too few bytes to tell.</summary>
    Partial,

    /// <summary>A TLS handshake: HTTPS.</summary>
    Tls,

    /// <summary>A check of ICE behind its length: media.</summary>
    Media,

    /// <summary>Neither; no further byte can change that.</summary>
    Neither,
}
