using System.Collections.Immutable;
using Edge.Testing.Offers;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Testing.Jsep;

/// <summary>How a browser writes its descriptions, taken from the captured offers.</summary>
public sealed class JsepHabits
{
    private readonly SessionDescription _sending;
    private readonly SessionDescription _receiving;

    private JsepHabits(string browser, bool isChromium)
    {
        _sending = Parse(browser, "A");
        _receiving = Parse(browser, "B");
        IsChromium = isChromium;
    }

    /// <summary>Chromium 156.</summary>
    public static JsepHabits Chromium { get; } = new("chrome156", isChromium: true);

    /// <summary>Firefox 153: bundled sections after the first have port 0 and a=bundle-only in offers.</summary>
    public static JsepHabits Firefox { get; } = new("firefox153", isChromium: false);

    /// <summary>Whether it is Chromium, which replaces its transport with the bundle's first section.</summary>
    public bool IsChromium { get; }

    /// <summary>What it offers to send in a section of a kind.</summary>
    public MediaSection Sending(SdpMediaKind kind) => Section(_sending, kind);

    /// <summary>What it offers to receive in a section of a kind.</summary>
    public MediaSection Receiving(SdpMediaKind kind) => Section(_receiving, kind);

    /// <summary>The formats it decodes.</summary>
    public ImmutableArray<SdpCodec> Decodes(SdpMediaKind kind) => Receiving(kind).Codecs;

    private static SessionDescription Parse(string browser, string name) =>
        SessionDescription.TryParse(
            CapturedOffers.Read(browser, name),
            out var offer,
            out var error
        )
            ? offer
            : throw new TestingException(error.Sentence);

    private static MediaSection Section(SessionDescription offer, SdpMediaKind kind) =>
        offer.Sections.First(section => section.Kind == kind);
}
