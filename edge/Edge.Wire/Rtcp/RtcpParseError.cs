namespace Edge.Wire.Rtcp;

/// <summary>Why bytes are not the RTCP they should be.</summary>
public enum RtcpParseError : byte
{
    /// <summary>They are.</summary>
    None,

    /// <summary>Fewer than four bytes are left for a header.</summary>
    TruncatedHeader,

    /// <summary>The version is not 2.</summary>
    UnsupportedVersion,

    /// <summary>The length runs past the end.</summary>
    TruncatedBlock,

    /// <summary>The padding bit is set, but the padding length is 0 or more than the block holds.</summary>
    BadPaddingLength,

    /// <summary>The block is of another kind than the view that was asked to read it.</summary>
    WrongKind,

    /// <summary>The block is shorter than its kind's fixed part.</summary>
    TruncatedBody,

    /// <summary>A count announces more entries than the block holds.</summary>
    TruncatedEntries,

    /// <summary>A symbol or identifier has a reserved value.</summary>
    ReservedValue,
}
