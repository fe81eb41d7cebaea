namespace Edge.Protocol.Srtp;

/// <summary>SRTP protection profiles by their numbers in use_srtp (RFC 5764 §4.1.2, RFC 7714 §14.2).</summary>
public enum SrtpProfile : ushort
{
    /// <summary>No profile was agreed on.</summary>
    None = 0,

    /// <summary>SRTP_AES128_CM_HMAC_SHA1_80.</summary>
    Aes128CmSha1Tag80 = 1,

    /// <summary>SRTP_AEAD_AES_128_GCM.</summary>
    AeadAes128Gcm = 7,

    /// <summary>SRTP_AEAD_AES_256_GCM.</summary>
    AeadAes256Gcm = 8,
}
