namespace Edge.Wire.Rtp;

/// <summary>Why bytes are not an RTP packet.</summary>
public enum RtpParseError : byte
{
    /// <summary>They are one.</summary>
    None,

    /// <summary>Shorter than the fixed header of 12 bytes.</summary>
    TruncatedHeader,

    /// <summary>The version is not 2.</summary>
    UnsupportedVersion,

    /// <summary>The list of contributing sources runs past the end.</summary>
    TruncatedContributingSources,

    /// <summary>The header extension runs past the end.</summary>
    TruncatedExtension,

    /// <summary>The padding bit is set, but the padding length is 0 or more than what follows the
    /// header.</summary>
    BadPaddingLength,
}
