using System.Globalization;

namespace Edge.Wire.Sdp;

/// <summary>Where and why a text could not be read.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="LineNumber">The line, counted from 1; 0 when it is about the text as a whole.</param>
public sealed record SdpParseError(SdpErrorKind Kind, int LineNumber)
{
    /// <summary>A sentence for the person at the other end.</summary>
    public string Sentence =>
        LineNumber == 0
            ? $"{char.ToUpperInvariant(Detail[0])}{Detail[1..]}."
            : string.Create(CultureInfo.InvariantCulture, $"Line {LineNumber}: {Detail}.");

    private string Detail =>
        Kind switch
        {
            SdpErrorKind.None => "nothing is wrong",
            SdpErrorKind.Empty => "there is no text",
            SdpErrorKind.TextTooLong => Over(SdpLimits.TextCharactersMax, "characters"),
            SdpErrorKind.TooManyLines => Over(SdpLimits.LinesMax, "lines"),
            SdpErrorKind.LineTooLong => Over(SdpLimits.LineCharactersMax, "characters in a line"),
            SdpErrorKind.NotALine => "a line must be a letter, an equals sign and a value",
            SdpErrorKind.ControlCharacter => "a control character inside a line",
            SdpErrorKind.MissingVersion => "a session description begins with v=0",
            SdpErrorKind.MalformedMediaLine =>
                "an m= line has a kind, a port, a protocol and at least one format",
            SdpErrorKind.TooManySections => Over(SdpLimits.SectionsMax, "m-sections"),
            SdpErrorKind.TooManyAttributes => Over(
                SdpLimits.AttributesPerSectionMax,
                "attributes in one section"
            ),
            SdpErrorKind.TooManyFormats => Over(SdpLimits.FormatsMax, "formats in one m= line"),
            SdpErrorKind.TooManyCandidates => OverInSection(SdpLimits.CandidatesMax, "candidate"),
            SdpErrorKind.TooManyExtensions => OverInSection(SdpLimits.ExtensionsMax, "extmap"),
            SdpErrorKind.TooManyRids => OverInSection(SdpLimits.RidsMax, "rid"),
            SdpErrorKind.TooManySsrcs => OverInSection(SdpLimits.SsrcsMax, "ssrc"),
            SdpErrorKind.TooManySsrcGroups => OverInSection(SdpLimits.SsrcGroupsMax, "ssrc-group"),
            SdpErrorKind.TooManyFingerprints => OverInSection(
                SdpLimits.FingerprintsMax,
                "fingerprint"
            ),
            SdpErrorKind.DuplicateMid => "an earlier section has the same a=mid",
            SdpErrorKind.NoSections => "there is no m= line",
            SdpErrorKind.NothingInFragment =>
                "the fragment has no ice-ufrag, no candidate and no end-of-candidates",
            _ => "it cannot be read",
        };

    private static string Over(int limit, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"more than {limit} {what}");

    private static string OverInSection(int limit, string attribute) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"more than {limit} different a={attribute} in one section"
        );
}
