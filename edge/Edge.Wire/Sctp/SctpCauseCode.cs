namespace Edge.Wire.Sctp;

/// <summary>What an ERROR or ABORT reports (RFC 9260 §3.3.10).</summary>
public enum SctpCauseCode : ushort
{
    /// <summary>No cause was given.</summary>
    None = 0,

    /// <summary>Data for a stream that is not there.</summary>
    InvalidStreamIdentifier = 1,

    /// <summary>A mandatory parameter is missing.</summary>
    MissingParameter = 2,

    /// <summary>The cookie is older than its life.</summary>
    StaleCookie = 3,

    /// <summary>A bound was reached.</summary>
    OutOfResource = 4,

    /// <summary>A chunk whose type asks to be reported is not known.</summary>
    UnrecognizedChunkType = 6,

    /// <summary>A mandatory parameter of INIT or INIT ACK has a value that cannot be.</summary>
    InvalidMandatoryParameter = 7,

    /// <summary>A DATA chunk without data.</summary>
    NoUserData = 9,

    /// <summary>The upper layer ended the association.</summary>
    UserInitiatedAbort = 12,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolViolation = 13,
}
