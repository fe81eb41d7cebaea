namespace Edge.Wire.Sdp;

/// <summary>The bounds of a session description; crossing one refuses the whole text, where nothing else is
/// said.</summary>
/// <remarks>
/// Chosen: Chromium 156 offers again whatever it has in every section it ever had, 4.5 KiB and 150 lines
/// a picture section (measured), so that a call of forty faces is 300 KiB; three times that, and for a
/// section twice what any browser writes. Whoever takes texts from strangers bounds them further.
/// </remarks>
public static class SdpLimits
{
    /// <summary>Most characters of a text.</summary>
    public const int TextCharactersMax = 1024 * 1024;

    /// <summary>Most lines of a text.</summary>
    public const int LinesMax = 32 * 1024;

    /// <summary>Most characters of one line.</summary>
    public const int LineCharactersMax = 4096;

    /// <summary>Most m-sections.</summary>
    public const int SectionsMax = 256;

    /// <summary>Most attributes of one m-section, and of the session part.</summary>
    public const int AttributesPerSectionMax = 512;

    /// <summary>Most formats of one m-line: every RTP payload type once.</summary>
    public const int FormatsMax = 128;

    /// <summary>Most characters of a format's parameters, all its <c>a=fmtp</c> lines together; one that crosses it is left
    /// out. Chosen: eight times what H.265 takes with all its parameter sets, and half a line: they are written again, to
    /// others too and under longer numbers, where they have to be a line still.</summary>
    public const int FormatCharactersMax = LineCharactersMax / 2;

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
