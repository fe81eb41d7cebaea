using System.Reflection;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Protocol.Negotiation.Sessions.State;
using Edge.Protocol.Negotiation.Sessions.Steps;
using Edge.Protocol.Tests.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.State;

/// <summary>What a session is made of goes to another process, whichever of the two is newer.</summary>
public sealed class SessionFormTests
{
    private static readonly SessionNegotiator Session = Pending();

    private readonly FormCheck<SessionNegotiator> _sessions = new(
        (writer, session) => session.Write(writer),
        SessionNegotiator.TryRead
    );

    private readonly FormCheck<SessionState> _states = new(
        SessionStateForm.Write,
        SessionStateForm.TryRead
    );

    private readonly FormCheck<SessionSection> _sections = new(
        SessionSectionForm.Write,
        SessionSectionForm.TryRead
    );

    private readonly FormCheck<PendingOffer> _offers = new(
        PendingOfferForm.Write,
        PendingOfferForm.TryRead
    );

    private readonly FormCheck<SessionPolicy> _policies = new(
        SessionPolicyForm.Write,
        SessionPolicyForm.TryRead
    );

    private readonly FormCheck<SdpCodec> _codecs = new(SdpCodecForm.Write, SdpCodecForm.TryRead);

    private static SessionState State => Of<SessionState>("_state");

    private static PendingOffer Offer => Of<PendingOffer>("_pending");

    [Fact]
    public void Session_AnyVersion_IsCarried()
    {
        _sessions.Carries(Session, new SessionNegotiator(new()));
        _sessions.FillsIn(values: 2, new(new()));
        _sessions.Refuses();
    }

    [Fact]
    public void State_AnyVersion_IsCarried()
    {
        var section = State.Sections[0];
        _states.Carries(State, Offer.Target, new SessionState());
        _states.FillsIn(values: 4, new());
        _states.Refuses(
            State with
            {
                Version = ulong.MaxValue,
            },
            State with
            {
                Sections = [section, section],
            },
            State with
            {
                Sections = [.. Enumerable.Range(0, 257).Select(_ => section)],
            }
        );
    }

    [Fact]
    public void Section_AnyVersion_IsCarried()
    {
        _sections.Carries(State.Sections.AsSpan());
        _sections.Carries(Offer.Target.Sections.AsSpan());
        var media = State.Sections[0];
        _sections.Carries(
            media with
            {
                StoppedRank = 9,
                IsWithdrawn = true,
                IsConfirmed = false,
            },
            media with
            {
                Receive = null,
                Send = media.Receive,
            }
        );
        _sections.FillsIn(
            values: 8,
            new()
            {
                Mid = media.Mid,
                Kind = media.Kind,
                Local = media.Local,
            }
        );
    }

    /// <summary>Steps take for granted that each section has its line.</summary>
    [Fact]
    public void Section_WithoutSense_IsNone()
    {
        var media = State.Sections[0];
        _sections.Refuses(
            media with
            {
                Local = null,
            },
            media with
            {
                Mid = "other",
            },
            media with
            {
                Kind = SdpMediaKind.Video,
            },
            media with
            {
                IsRejected = true,
            },
            media with
            {
                DataChannels = new(5000, 0),
            },
            media with
            {
                Track = NegotiationSamples.Audio(),
            },
            media with
            {
                Receive = media.Receive! with { Kind = MediaKind.Video },
            },
            media with
            {
                Local = media.Local! with { Port = 0 },
            },
            media with
            {
                Mid = "of more than sixteen",
                Local = media.Local! with { Mid = "of more than sixteen" },
            }
        );
    }

    [Fact]
    public void Offer_AnyVersion_IsCarried()
    {
        var sections = Offer.Target.Sections;
        _offers.Carries(Offer);
        _offers.FillsIn(values: 2, Offer with { Items = [] });
        _offers.Refuses(
            Offer with
            {
                Target = Offer.Target with { Sections = sections.RemoveAt(0) },
            },
            Offer with
            {
                Target = Offer.Target with { Sections = [.. Enumerable.Reverse(sections)] },
            },
            Offer with
            {
                Items = [new(0, sections.Length, new SectionRequest.DataChannels())],
            },
            Offer with
            {
                Items = [new(100_000, 0, new SectionRequest.DataChannels())],
            }
        );
    }

    [Fact]
    public void Policy_AnyVersion_IsCarried()
    {
        _policies.Carries(
            SessionPolicy.Default,
            new SessionPolicy
            {
                Publish = new()
                {
                    PreferredCodecs = [CodecKind.Av1, CodecKind.Vp8],
                    TracksPerKindMax = 3,
                    LayersMax = 2,
                    AcceptsVideoOrientation = true,
                },
                Cname = "name",
                SectionsMax = 1,
                NeglectedSectionsMax = 0,
                AddsAnchor = false,
                MessageBytesMax = 0,
            }
        );
        _policies.FillsIn(values: 1, SessionPolicy.Default);
        _policies.Refuses(new SessionPolicy { SectionsMax = 0 }, new() { SectionsMax = 257 });
    }

    [Fact]
    public void Numbers_AnyVersion_AreCarried()
    {
        var numbers = new FormCheck<SessionNumbers>(
            (writer, value) => value.Write(writer),
            SessionNumbers.TryRead
        );
        var heard = SessionNumbers.Empty;
        foreach (var offer in CapturedOffers.All)
        {
            heard = heard.LearnOffer(NegotiationSamples.Parse(offer));
        }

        numbers.Carries(SessionNumbers.Empty, State.Numbers, heard);
        numbers.FillsIn(values: 1, SessionNumbers.Empty);
        numbers.Refuses();
    }

    [Fact]
    public void SdpCodec_AnyVersion_IsCarried()
    {
        var bare = new SdpCodec(new(96), "VP8", 90_000);
        var full = bare with { Channels = 2, Format = "a=b", Feedback = ["nack", "nack pli"] };
        _codecs.Carries(bare, full);
        _codecs.FillsIn(values: 3, bare);
        _codecs.Refuses(bare with { PayloadType = new(128) }, bare with { Format = "a\r\nb" });
        _codecs.TakesJunk(full, Seeds.Random());
    }

    private static T Of<T>(string field) =>
        (T)
            typeof(SessionNegotiator)
                .GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)!
                .GetValue(Session)!;

    private static SessionNegotiator Pending()
    {
        var bench = SessionHandoverTests.Full();
        var both = new SectionRequest.Receive(null, MediaKind.Video)
        {
            Bidirectional = new("voice", new(77), new(78)),
        };
        SessionBench.Taken(
            bench.Session.Offer([both, new SectionRequest.Send(bench.Track())], bench.Local)
        );
        return bench.Session;
    }
}
