namespace Edge.Wire.Sctp;

/// <summary>Why bytes are not an SCTP packet, or a chunk not what its type says.</summary>
public enum SctpParseError : byte
{
    /// <summary>Well formed.</summary>
    None,

    /// <summary>Shorter than a common header and one chunk header.</summary>
    Truncated,

    /// <summary>The CRC32c does not match (RFC 9260 §6.8).</summary>
    BadChecksum,

    /// <summary>A port is 0 (RFC 9260 §3.1).</summary>
    PortZero,

    /// <summary>A chunk's length is below its header, or below what its type needs.</summary>
    ChunkLength,

    /// <summary>A chunk reaches beyond the packet.</summary>
    ChunkTruncated,

    /// <summary>More chunks than <see cref="SctpPacket.ChunksMax"/>.</summary>
    TooManyChunks,

    /// <summary>A parameter's length is below its header or reaches beyond its chunk.</summary>
    ParameterLength,

    /// <summary>More parameters than <see cref="SctpParameterEnumerator.ParametersMax"/>.</summary>
    TooManyParameters,

    /// <summary>A mandatory parameter is missing (RFC 9260 §3.3.3.1).</summary>
    ParameterMissing,

    /// <summary>An initiate tag, a stream count or a window that cannot be (RFC 9260 §3.3.2).</summary>
    FieldValue,

    /// <summary>A DATA chunk without a byte of data (RFC 9260 §3.3.1).</summary>
    NoUserData,

    /// <summary>The bytes are no data channel message of this type (RFC 8832 §5).</summary>
    NotThisMessage,
}
