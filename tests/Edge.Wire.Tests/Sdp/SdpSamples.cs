using Edge.Testing.Offers;
using Edge.Wire.Sdp;

namespace Edge.Wire.Tests.Sdp;

/// <summary>Texts that the tests of this room start from.</summary>
internal static class SdpSamples
{
    /// <summary>The least description that reads.</summary>
    public const string Minimal = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\n" + AudioLine;

    public const string AudioLine = "m=audio 9 UDP/TLS/RTP/SAVPF 111\n";

    /// <summary>Every offer and answer there is, captured and shaped.</summary>
    public static IReadOnlyList<string> All =>
        [
            .. CapturedOffers.All,
            .. CapturedOffers.Browsers.Select(CapturedOffers.ReadAcceptedAnswer),
            .. ShapedOffers.All.Values,
        ];

    public static SessionDescription Parse(string text) =>
        SessionDescription.TryParse(text, out var description, out var error)
            ? description
            : throw new Edge.Testing.TestingException(error.Sentence);

    public static SdpParseError Fail(string text) =>
        SessionDescription.TryParse(text, out _, out var error)
            ? throw new Edge.Testing.TestingException("The text was read.")
            : error;
}
