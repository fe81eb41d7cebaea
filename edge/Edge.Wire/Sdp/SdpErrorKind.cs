namespace Edge.Wire.Sdp;

/// <summary>What makes a session description unreadable as a whole.</summary>
public enum SdpErrorKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>More characters than <see cref="SdpLimits.TextCharactersMax"/>.</summary>
    TextTooLong,

    /// <summary>More lines than <see cref="SdpLimits.LinesMax"/>.</summary>
    TooManyLines,

    /// <summary>A line longer than <see cref="SdpLimits.LineCharactersMax"/>.</summary>
    LineTooLong,

    /// <summary>A line that is not a letter, an equals sign and a value.</summary>
    NotALine,

    /// <summary>A control character inside a line.</summary>
    ControlCharacter,

    /// <summary>The text does not begin with <c>v=0</c>.</summary>
    MissingVersion,

    /// <summary>An m-line without kind, port, protocol and format.</summary>
    MalformedMediaLine,

    /// <summary>More m-sections than <see cref="SdpLimits.SectionsMax"/>.</summary>
    TooManySections,

    /// <summary>More attributes than <see cref="SdpLimits.AttributesPerSectionMax"/>.</summary>
    TooManyAttributes,

    /// <summary>More formats than <see cref="SdpLimits.FormatsMax"/>.</summary>
    TooManyFormats,

    /// <summary>More candidates than <see cref="SdpLimits.CandidatesMax"/>.</summary>
    TooManyCandidates,

    /// <summary>More header extensions than <see cref="SdpLimits.ExtensionsMax"/>.</summary>
    TooManyExtensions,

    /// <summary>More restriction identifiers than <see cref="SdpLimits.RidsMax"/>.</summary>
    TooManyRids,

    /// <summary>More sources than <see cref="SdpLimits.SsrcsMax"/>.</summary>
    TooManySsrcs,

    /// <summary>More source groups than <see cref="SdpLimits.SsrcGroupsMax"/>.</summary>
    TooManySsrcGroups,

    /// <summary>More fingerprints than <see cref="SdpLimits.FingerprintsMax"/>.</summary>
    TooManyFingerprints,

    /// <summary>Two m-sections with one identification.</summary>
    DuplicateMid,

    /// <summary>No m-section at all.</summary>
    NoSections,

    /// <summary>A fragment that has neither credentials nor a candidate nor an end of candidates.</summary>
    NothingInFragment,
}
