using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Testing.Jsep;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>The six forms of tracks/new, close, reuse and data channels, with the offers of real browsers
/// where a first offer does, and of the model browser for what follows.</summary>
public sealed class SessionGoldenTests
{
    [Theory]
    [InlineData("chrome156", "sessions/push-chrome156.txt")]
    [InlineData("firefox153", "sessions/push-firefox153.txt")]
    public void FormA_PushWithClientOffer_Answered(string browser, string golden)
    {
        var session = new SessionNegotiator(SessionPolicy.Default);
        var offer = NegotiationSamples.Parse(CapturedOffers.Read(browser, "A"));

        var step = session.Answer(
            offer,
            [new SectionRequest.Receive("0"), new SectionRequest.Receive("1")],
            NegotiationSamples.Local
        );

        Golden.Match(golden, new SessionText().Add("push", step).ToString());
    }

    [Theory]
    [InlineData("chrome156", "sessions/discover-chrome156.txt")]
    [InlineData("firefox153", "sessions/discover-firefox153.txt")]
    public void FormB_AutoDiscover_Answered(string browser, string golden)
    {
        var session = new SessionNegotiator(SessionPolicy.Default);
        var offer = NegotiationSamples.Parse(CapturedOffers.Read(browser, "D"));

        var step = session.Answer(
            offer,
            [new SectionRequest.ReceiveAll()],
            NegotiationSamples.Local
        );

        Golden.Match(golden, new SessionText().Add("discover", step).ToString());
    }

    [Theory]
    [InlineData("chrome156", "sessions/pull-chrome156.txt")]
    [InlineData("firefox153", "sessions/pull-firefox153.txt")]
    public void FormC_PullWithServerOffer_OfferedAndAccepted(string browser, string golden)
    {
        var bench = new SessionBench(
            string.Equals(browser, "chrome156", StringComparison.Ordinal)
                ? JsepHabits.Chromium
                : JsepHabits.Firefox
        );
        var text = new SessionText();
        var offered = bench.Session.Offer(
            [
                new SectionRequest.Send(bench.Track(CodecKind.Opus)),
                new SectionRequest.Send(bench.Track()),
                new SectionRequest.Send(bench.Track(CodecKind.H265)),
            ],
            bench.Local
        );
        text.Add("pull", offered);

        var answer = bench.Client.TakeOffer(SessionBench.Taken(offered).Sdp!);
        text.Add("renegotiate", bench.Session.Accept(NegotiationSamples.Parse(answer)));

        Golden.Match(golden, text.ToString());
    }

    [Theory]
    [InlineData("chrome156", "sessions/play-chrome156.txt")]
    [InlineData("firefox153", "sessions/play-firefox153.txt")]
    public void FormD_PullWithClientOffer_Answered(string browser, string golden)
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var offer = NegotiationSamples.Parse(CapturedOffers.Read(browser, "B"));

        var step = bench.Session.Answer(
            offer,
            [
                new SectionRequest.Send(bench.Track(), "1"),
                new SectionRequest.Send(bench.Track(CodecKind.Opus)),
            ],
            bench.Local
        );

        Golden.Match(golden, new SessionText().Add("play", step).ToString());
    }

    [Fact]
    public void FormsAAndE_BidirectionalThenPulledOnto_NoFurtherSdp()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendReceive);
        var offer = NegotiationSamples.Parse(bench.Client.CreateOffer());
        var step = bench.Session.Answer(
            offer,
            [new SectionRequest.Receive("0") { Bidirectional = new("voice", new(71), new(72)) }],
            bench.Local
        );
        Golden.Match("sessions/bidirectional.txt", new SessionText().Add("push", step).ToString());

        Assert.IsType<CarryResult.Possible>(bench.Session.Carry("0", bench.Track(CodecKind.Opus)));
    }

    [Fact]
    public void FormF_ServerOfferedLocalTrack_Offered()
    {
        var session = new SessionNegotiator(new() { AddsAnchor = false });
        var request = new SectionRequest.Receive(null, MediaKind.Audio)
        {
            Bidirectional = new("voice", new(71), new(72)),
        };
        var video = new SectionRequest.Receive(null, MediaKind.Video);

        var step = session.Offer(
            [request, video],
            NegotiationSamples.Local with
            {
                IsIceLite = false,
            }
        );

        Golden.Match(
            "sessions/server-offered.txt",
            new SessionText().Add("offer", step).ToString()
        );
    }

    [Fact]
    public void Close_ThenReuse_MLinesAreUsedAgain()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var text = new SessionText();
        bench.Publish(SdpMediaKind.Audio);
        var camera = bench.Publish(SdpMediaKind.Video, "q", "h", "f");
        var screen = bench.Publish(SdpMediaKind.Video);
        bench.Client.Stop(bench.Client.Find(camera)!);
        var close = bench.Session.Answer(
            NegotiationSamples.Parse(bench.Client.CreateOffer()),
            [new SectionRequest.Stop(camera), new SectionRequest.Stop(screen)],
            bench.Local
        );
        text.Add("close", close);
        bench.Client.TakeAnswer(SessionBench.Taken(close).Sdp!);

        bench.Client.Add(SdpMediaKind.Video, SdpDirection.SendOnly);
        var again = bench.Session.Answer(
            NegotiationSamples.Parse(bench.Client.CreateOffer()),
            [new SectionRequest.Receive("3")],
            bench.Local
        );
        text.Add("push again", again);

        Golden.Match("sessions/close-and-reuse.txt", text.ToString());
    }

    [Theory]
    [InlineData("chrome156", "sessions/data-chrome156.txt")]
    [InlineData("firefox153", "sessions/data-firefox153.txt")]
    public void DataChannels_InTheFirstOffer_Answered(string browser, string golden)
    {
        var session = new SessionNegotiator(SessionPolicy.Default);
        var offer = NegotiationSamples.Parse(CapturedOffers.Read(browser, "C"));

        var step = session.Answer(
            offer,
            [new SectionRequest.DataChannels()],
            NegotiationSamples.Local
        );

        Golden.Match(golden, new SessionText().Add("establish", step).ToString());
    }

    [Fact]
    public void DataChannels_Unasked_Refused()
    {
        var session = new SessionNegotiator(SessionPolicy.Default);
        var offer = NegotiationSamples.Parse(CapturedOffers.Read("chrome156", "C"));

        var step = session.Answer(offer, [], NegotiationSamples.Local);

        Assert.Equal(
            "The offer has no section that this server can take.",
            SessionBench.Refused(step).Sentence
        );
    }
}
