namespace Edge.Protocol.Dtls;

/// <summary>Why an association failed.</summary>
public enum DtlsFailure : byte
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>The handshake was not complete within <see cref="DtlsOptions.HandshakeTimeout"/>.</summary>
    Timeout,

    /// <summary>As <see cref="Timeout"/>, and the engine had refused what the peer sent at least once:
    /// most likely the two have no cipher, curve or version in common.</summary>
    Refused,

    /// <summary>The peer's certificate has none of the digests of its session description.</summary>
    FingerprintMismatch,
}
