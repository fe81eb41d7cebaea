namespace Edge.Wire.Sdp;

/// <summary>The bounds of a session description; crossing one refuses the whole text.</summary>
/// <remarks>
/// Chosen: at least twice what was measured of Chromium 156 and Firefox 153 offering everything they
/// have (6 KiB, 201 lines, 164 attributes in a section), times what many sections may need.
/// </remarks>
public static class SdpLimits
{
    /// <summary>Most characters of a text.</summary>
    public const int TextCharactersMax = 64 * 1024;

    /// <summary>Most lines of a text.</summary>
    public const int LinesMax = 2000;

    /// <summary>Most characters of one line.</summary>
    public const int LineCharactersMax = 4096;

    /// <summary>Most m-sections.</summary>
    public const int SectionsMax = 64;

    /// <summary>Most attributes of one m-section, and of the session part.</summary>
    public const int AttributesPerSectionMax = 512;

    /// <summary>Most formats of one m-line: every RTP payload type once.</summary>
    public const int FormatsMax = 128;

    /// <summary>Most candidates of one m-section, and of a trickle fragment.</summary>
    public const int CandidatesMax = 64;

    /// <summary>Most header extensions of one m-section.</summary>
    public const int ExtensionsMax = 64;

    /// <summary>Most restriction identifiers of one m-section.</summary>
    public const int RidsMax = 16;

    /// <summary>Most sources that one m-section may declare.</summary>
    public const int SsrcsMax = 64;

    /// <summary>Most source groups of one m-section.</summary>
    public const int SsrcGroupsMax = 64;

    /// <summary>Most certificate fingerprints of one m-section.</summary>
    public const int FingerprintsMax = 8;
}
