using System.Globalization;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Wire.Tests.Sdp;

/// <summary>Each bound holds exactly: as many as it says are read, one more is refused by name.</summary>
public sealed class SdpLimitsTests
{
    [Fact]
    public void TextCharactersMax_OneMore_Refused()
    {
        var count = (SdpLimits.TextCharactersMax / 1000) + 1;
        var filler = string.Concat(Enumerable.Repeat($"i={new string('x', 997)}\n", count));
        var exact = filler[..(SdpLimits.TextCharactersMax - SdpSamples.Minimal.Length - 1)] + "\n";
        var text = "v=0\n" + exact + SdpSamples.Minimal["v=0\n".Length..];

        Assert.Equal(SdpLimits.TextCharactersMax, text.Length);
        SdpSamples.Parse(text);
        AssertRefused(SdpErrorKind.TextTooLong, 0, text + "\n");
    }

    [Fact]
    public void LinesMax_OneMore_Refused()
    {
        var text = SdpSamples.Minimal + Repeat(SdpLimits.LinesMax - 5, _ => "b=AS:1");

        SdpSamples.Parse(text);
        AssertRefused(SdpErrorKind.TooManyLines, SdpLimits.LinesMax + 1, text + "b=AS:1\n");
    }

    [Fact]
    public void LineCharactersMax_OneMore_Refused()
    {
        var line = "i=" + new string('x', SdpLimits.LineCharactersMax - 2);

        SdpSamples.Parse(SdpSamples.Minimal + line + "\n");
        AssertRefused(SdpErrorKind.LineTooLong, 6, SdpSamples.Minimal + line + "x\n");
    }

    [Fact]
    public void SectionsMax_OneMore_Refused()
    {
        var text = "v=0\n" + Repeat(SdpLimits.SectionsMax, _ => "m=audio 9 RTP/SAVPF 0");

        SdpSamples.Parse(text);
        AssertRefused(
            SdpErrorKind.TooManySections,
            SdpLimits.SectionsMax + 2,
            text + "m=audio 9 RTP/SAVPF 0\n"
        );
    }

    [Fact]
    public void FormatsMax_OneMore_Refused()
    {
        var formats = string.Join(' ', Enumerable.Range(0, SdpLimits.FormatsMax));

        SdpSamples.Parse($"v=0\nm=audio 9 RTP/SAVPF {formats}\n");
        AssertRefused(
            SdpErrorKind.TooManyFormats,
            2,
            $"v=0\nm=audio 9 RTP/SAVPF {formats} {SdpLimits.FormatsMax}\n"
        );
    }

    /// <summary>Lines of one format are joined as long as the result can be written as one line again.</summary>
    [Fact]
    public void FormatCharactersMax_OneMore_LeavesTheLineOut()
    {
        var first = new string('a', SdpLimits.FormatCharactersMax - 2);

        Assert.Equal($"{first};b", ReadFormat(first, "b"));
        Assert.Equal(first, ReadFormat(first, "bb"));
        Assert.Equal("b", ReadFormat(first + "aaa", "b"));
    }

    [Theory]
    [InlineData(SdpErrorKind.TooManyAttributes, SdpLimits.AttributesPerSectionMax, "a=whatever")]
    [InlineData(
        SdpErrorKind.TooManyCandidates,
        SdpLimits.CandidatesMax,
        "a=candidate:{0} 1 udp 1 192.0.2.1 9 typ host"
    )]
    [InlineData(SdpErrorKind.TooManyExtensions, SdpLimits.ExtensionsMax, "a=extmap:{0} urn:x")]
    [InlineData(SdpErrorKind.TooManyRids, SdpLimits.RidsMax, "a=rid:r{0} send")]
    [InlineData(SdpErrorKind.TooManySsrcs, SdpLimits.SsrcsMax, "a=ssrc:{0} cname:x")]
    [InlineData(SdpErrorKind.TooManySsrcGroups, SdpLimits.SsrcGroupsMax, "a=ssrc-group:FID {0} 9")]
    [InlineData(SdpErrorKind.TooManyFingerprints, SdpLimits.FingerprintsMax, "a=fingerprint:x {0}")]
    public void PerSectionBound_OneMore_Refused(SdpErrorKind kind, int max, string line)
    {
        var text = SdpSamples.Minimal + Repeat(max, index => Format(line, index + 1));

        SdpSamples.Parse(text);
        AssertRefused(kind, 5 + max + 1, text + Format(line, max + 1) + "\n");
    }

    [Fact]
    public void PerSectionBound_NextSection_CountsAnew()
    {
        var full = Repeat(SdpLimits.AttributesPerSectionMax, _ => "a=whatever");

        SdpSamples.Parse(SdpSamples.Minimal + full + SdpSamples.AudioLine + full);
    }

    [Fact]
    public void CandidatesMax_InFragment_DropsTheRest()
    {
        var text = Repeat(
            SdpLimits.CandidatesMax + 9,
            index => Format("a=candidate:{0} 1 udp 1 192.0.2.1 9 typ host", index)
        );

        Assert.True(TrickleFragment.TryParse(text, out var fragment, out _));
        Assert.Equal(SdpLimits.CandidatesMax, fragment.Candidates.Length);
    }

    private static string? ReadFormat(params string[] formats) =>
        SdpSamples
            .Parse(
                "v=0\nm=video 9 RTP/SAVPF 96\na=rtpmap:96 VP8/90000\n"
                    + Repeat(formats.Length, index => $"a=fmtp:96 {formats[index]}")
            )
            .Sections[0]
            .Codecs[0]
            .Format;

    private static void AssertRefused(SdpErrorKind kind, int lineNumber, string text)
    {
        var error = SdpSamples.Fail(text);
        Assert.Equal((kind, lineNumber), (error.Kind, error.LineNumber));
        Assert.EndsWith(".", error.Sentence, StringComparison.Ordinal);
    }

    private static string Repeat(int count, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, count).Select(index => line(index) + "\n"));

    private static string Format(string line, int index) =>
        string.Format(CultureInfo.InvariantCulture, line, index);
}
