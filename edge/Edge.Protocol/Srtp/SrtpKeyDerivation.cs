namespace Edge.Protocol.Srtp;

/// <summary>Derives session keys from a master key (RFC 3711 §4.3, key derivation rate 0).</summary>
internal static class SrtpKeyDerivation
{
    /// <summary>Label of the RTP encryption key.</summary>
    public const byte RtpKeyLabel = 0;

    /// <summary>Label of the RTP authentication key.</summary>
    public const byte RtpAuthenticationLabel = 1;

    /// <summary>Label of the RTP salt.</summary>
    public const byte RtpSaltLabel = 2;

    /// <summary>Distance from a label of RTP to the same of RTCP.</summary>
    public const byte RtcpLabelOffset = 3;

    private const int BlockBytes = 16;
    private const int LabelOffset = 7;

    /// <summary>Fills a key with the output of AES-CM under the master key (RFC 3711 §4.3.3).</summary>
    /// <param name="masterKey">The pseudo-random function: AES-CM keyed with the master key.</param>
    /// <param name="masterSalt">12 or 14 bytes; 12 are padded with zeros behind (RFC 7714 §11).</param>
    /// <param name="label">Which key.</param>
    /// <param name="key">What to fill.</param>
    public static void Derive(
        ISrtpKeyStream masterKey,
        ReadOnlySpan<byte> masterSalt,
        byte label,
        Span<byte> key
    )
    {
        Span<byte> counter = stackalloc byte[BlockBytes];
        counter.Clear();
        masterSalt.CopyTo(counter);
        counter[LabelOffset] ^= label;
        key.Clear();
        if (!masterKey.Apply(counter, new(key, []), key))
        {
            throw new InvalidOperationException("The crypto library refused to derive a key.");
        }
    }
}
