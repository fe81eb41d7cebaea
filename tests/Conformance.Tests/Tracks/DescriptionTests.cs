using System.Text.RegularExpressions;
using Conformance.Tests.Support;
using Edge.Testing;
using Edge.Wire.Sdp;

namespace Conformance.Tests.Tracks;

/// <summary>§3.1: the server's own SDP, whole: an answer to a publisher and an offer to a subscriber.</summary>
public sealed partial class DescriptionTests(CallsLab lab) : IClassFixture<CallsLab>
{
    // Longest look for a line. Chosen: a thousand times what it takes.
    private const int PatternMs = 1000;

    /// <summary>§3.1: lite, one candidate in the first section, DTLS server in answers, numbers of the client's
    /// offer.</summary>
    [Fact]
    public async Task Answer_ToABrowser_AsReviewed()
    {
        var session = await lab.Api.NewSessionAsync();
        var pushed = await lab.Api.NewTracksAsync(
            session,
            Items.All(Items.Local("0", "mic"), Items.Local("1", "cam")),
            Peers.Browser(SdpMediaKind.Audio, SdpMediaKind.Video).CreateOffer()
        );
        Golden.Match("conformance/sdp-answer.txt", pushed.Expect(200).Sdp, Normalise);
    }

    /// <summary>§3.1, §3.4: actpass in offers; one ordinary stream for a simulcast track.</summary>
    [Fact]
    public async Task Offer_OfASimulcastTrack_AsReviewed()
    {
        var publisher = await lab.PushLayersAsync(lab.Api);
        var session = await lab.Api.NewSessionAsync();
        var pulled = await lab.Api.NewTracksAsync(
            session,
            Items.Remote(publisher.SessionId, Peers.Camera)
        );
        Golden.Match("conformance/sdp-offer.txt", pulled.Expect(200).Sdp, Normalise);
    }

    private static string Normalise(string sdp)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        string Name(string kind, string value) =>
            names.TryGetValue(value, out var name) ? name : names[value] = $"{kind}{names.Count}";
        var text = Golden.WithLineFeeds(sdp);
        text = Drawn()
            .Replace(
                text,
                match =>
                    match.Groups["before"].Value
                    + Name("(drawn ", match.Groups["value"].Value)
                    + ")"
            );
        text = Ssrc().Replace(text, match => Name("SSRC", match.Value));
        return Port().Replace(text, " 127.0.0.1 PORT typ host");
    }

    [GeneratedRegex(
        @"(?<before>a=ice-ufrag:|a=ice-pwd:|a=fingerprint:sha-256 |cname:|a=msid:|(?<=a=msid:\S+) |o=- )(?<value>\S+)",
        RegexOptions.ExplicitCapture,
        PatternMs
    )]
    private static partial Regex Drawn();

    [GeneratedRegex(@"(?<=a=ssrc:|FID |FID [^ ]+ )\d+", RegexOptions.ExplicitCapture, PatternMs)]
    private static partial Regex Ssrc();

    [GeneratedRegex(@" 127\.0\.0\.1 \d+ typ host", RegexOptions.ExplicitCapture, PatternMs)]
    private static partial Regex Port();
}
