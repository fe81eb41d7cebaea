namespace Edge.Protocol.Srtp;

/// <summary>Makes the keyed ciphers of SRTP: the seam to the crypto library. The caller disposes them.</summary>
public interface ISrtpCipherFactory
{
    /// <summary>What the ciphers run on, for people.</summary>
    string Description { get; }

    /// <summary>AES-GCM with a 16-byte tag, key of 16 or 32 bytes (RFC 7714).</summary>
    ISrtpAead CreateAead(ReadOnlySpan<byte> key, SrtpDirection direction);

    /// <summary>AES in counter mode, key of 16 or 32 bytes (RFC 3711 §4.1.1, RFC 6188).</summary>
    ISrtpKeyStream CreateKeyStream(ReadOnlySpan<byte> key);

    /// <summary>HMAC-SHA1 (RFC 3711 §4.2.1).</summary>
    ISrtpAuthenticator CreateAuthenticator(ReadOnlySpan<byte> key);
}
