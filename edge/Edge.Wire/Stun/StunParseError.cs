namespace Edge.Wire.Stun;

/// <summary>Why a datagram is not a STUN message.</summary>
public enum StunParseError : byte
{
    /// <summary>The datagram is a well-formed STUN message.</summary>
    None,

    /// <summary>Shorter than the 20-byte header.</summary>
    Truncated,

    /// <summary>Longer than <see cref="StunMessage.BytesMax"/>.</summary>
    TooLong,

    /// <summary>One of the two first bits is set (RFC 8489 §5): another protocol.</summary>
    NotStun,

    /// <summary>The magic cookie is missing (RFC 8489 §5); classic STUN of RFC 3489 is not spoken.</summary>
    NoMagicCookie,

    /// <summary>The length field is not a multiple of 4 or differs from the datagram's size.</summary>
    LengthMismatch,

    /// <summary>An attribute reaches beyond the message.</summary>
    AttributeTruncated,

    /// <summary>More attributes than <see cref="StunMessage.AttributesMax"/>.</summary>
    TooManyAttributes,

    /// <summary>MESSAGE-INTEGRITY does not hold 20 bytes.</summary>
    IntegrityLength,

    /// <summary>FINGERPRINT does not hold 4 bytes.</summary>
    FingerprintLength,

    /// <summary>Something follows FINGERPRINT, which has to be last (RFC 8489 §14.7).</summary>
    FingerprintNotLast,
}
