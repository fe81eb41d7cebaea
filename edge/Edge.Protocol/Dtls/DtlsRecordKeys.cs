namespace Edge.Protocol.Dtls;

/// <summary>What a connection goes on with when its library is let go: keys of both directions and the
/// numbers used so far.</summary>
/// <remarks>Of the cipher suites of AES-GCM (RFC 5288 §3): keys of 16 or 32 bytes, salts of 4. Secret: it
/// is never logged, and whoever used it last clears it.</remarks>
public sealed record DtlsRecordKeys
{
    /// <summary>The key of what this end sends.</summary>
    public required byte[] WriteKey { get; init; }

    /// <summary>The implicit part of the nonces of what this end sends.</summary>
    public required byte[] WriteSalt { get; init; }

    /// <summary>The key of what the peer sends.</summary>
    public required byte[] ReadKey { get; init; }

    /// <summary>The implicit part of the nonces of what the peer sends.</summary>
    public required byte[] ReadSalt { get; init; }

    /// <summary>Epoch (16 bits) and sequence number (48 bits) of the last record that was sent.</summary>
    public required ulong SentNumber { get; init; }

    /// <summary>The explicit nonce of the last record that was sent.</summary>
    public required ulong SentNonce { get; init; }
}
