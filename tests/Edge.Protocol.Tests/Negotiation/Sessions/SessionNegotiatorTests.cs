using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Sections that come and go: what is granted, what ends, and what stays as it was.</summary>
public sealed class SessionNegotiatorTests
{
    public static TheoryData<string> Browsers { get; } = ["chromium", "firefox"];

    internal static JsepHabits Habits(string browser) =>
        string.Equals(browser, "chromium", StringComparison.Ordinal)
            ? JsepHabits.Chromium
            : JsepHabits.Firefox;

    [Theory]
    [MemberData(nameof(Browsers))]
    public void Publish_TwoTimes_FirstGoesOnUnchanged(string browser)
    {
        var bench = new SessionBench(Habits(browser));
        var first = bench.Publish(SdpMediaKind.Audio);
        var before = bench.Session.Find(first)!.Receive;

        bench.Publish(SdpMediaKind.Video, "q", "h", "f");

        Assert.Same(before, bench.Session.Find(first)!.Receive);
        Assert.Equal([TransportChangeKind.Begun], bench.Transport);
        Assert.Equal(3, bench.Session.Sections[1].Receive!.Rids.Length);
    }

    [Theory]
    [MemberData(nameof(Browsers))]
    public void Pull_AfterPublish_UsesTheClientsNumbers(string browser)
    {
        var bench = new SessionBench(Habits(browser));
        bench.Publish(SdpMediaKind.Video);
        var published = bench.Session.Sections[0].Receive!;

        var mid = bench.Pull(bench.Track());

        var sent = bench.Session.Find(mid)!.Send!;
        Assert.Equal(published.Codec.PayloadType, sent.Codec.PayloadType);
        Assert.Equal(published.Codec.RtxPayloadType, sent.Codec.RtxPayloadType);
        Assert.Equal(published.Extensions.Mid, sent.Extensions.Mid);
        Assert.Equal(published.Extensions.TransportSequence, sent.Extensions.TransportSequence);
        Assert.True(sent.Codec.HasTransportCc);
    }

    [Fact]
    public void ClientDirection_SendingEnds_EndsWhatItCarried()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var mid = bench.Publish(SdpMediaKind.Audio);
        bench.Client.Find(mid)!.Direction = SdpDirection.Inactive;

        var change = bench.ClientOffers();

        Assert.Equal(SectionChangeKind.ReceiveEnded, Assert.Single(change.Sections).Kind);
        Assert.False(bench.Session.Find(mid)!.IsRejected);
    }

    [Fact]
    public void Pull_WithClientOffer_TakesTheFreeSectionOfItsKind()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendReceive);
        bench.ClientOffers(new SectionRequest.Receive("0"));
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.ReceiveOnly);
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.ReceiveOnly);

        var change = bench.ClientOffers(
            new SectionRequest.Send(bench.Track()),
            new SectionRequest.Send(bench.Track(CodecKind.Opus)),
            new SectionRequest.Send(bench.Track(CodecKind.Opus)),
            new SectionRequest.Send(bench.Track(CodecKind.Opus))
        );

        // The receiving section before the one that is shared with what the client publishes.
        string[] mids =
        [
            .. change.Outcomes.Take(3).Select(outcome => SessionBench.Granted(outcome).Mid),
        ];
        Assert.Equal(["2", "1", "0"], mids);
        SessionBench.Refused(change.Outcomes[3]);
        Assert.Equal(["0", "1", "2"], bench.Client.TrackEvents);
    }

    [Fact]
    public void Pull_ViewerWithoutTheCodec_NamesBothListsAndOthersGoOn()
    {
        var bench = new SessionBench(JsepHabits.Firefox);
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.ReceiveOnly);
        bench.ClientOffers();

        var (offered, accepted) = bench.SessionOffers(
            new SectionRequest.Send(bench.Track(CodecKind.H265)),
            new SectionRequest.Send(bench.Track())
        );

        Assert.Equal(
            "The client decodes VP8, VP9 (profile-id=0), AV1 (profile=0); the track's video is H265 (profile-id=1).",
            SessionBench.Refused(offered.Outcomes[0]).Sentence
        );
        SessionBench.Granted(offered.Outcomes[1]);
        SessionBench.Granted(Assert.Single(accepted.Outcomes));
    }

    [Fact]
    public void Pull_CodecThatNobodyAskedTheClientFor_FailsWithItsAnswer()
    {
        var bench = new SessionBench(JsepHabits.Firefox);

        var (_, accepted) = bench.SessionOffers(
            new SectionRequest.Send(bench.Track(CodecKind.H265)),
            new SectionRequest.Send(bench.Track())
        );

        Assert.Equal(
            "The client refuses the section with mid s1, which offers H265 (profile-id=1); the client never said what it decodes.",
            SessionBench.Refused(accepted.Outcomes[0]).Sentence
        );
        SessionBench.Granted(accepted.Outcomes[1]);
        Assert.True(bench.Session.Sections[1].IsRejected);
    }

    /// <summary>A format that only covers the track's is written as it was before, not under a new number.</summary>
    [Fact]
    public void Pull_FormatThatWasOfferedBefore_KeepsItsNumber()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        // Packetization mode 0, which mode 1 covers.
        var first = bench.Pull(bench.Track(CodecKind.H264));

        var second = bench.Pull(bench.Track(CodecKind.H264));

        Assert.Equal(
            bench.Session.Find(first)!.Send!.Codec,
            bench.Session.Find(second)!.Send!.Codec
        );
    }

    [Fact]
    public void Offer_EveryRequestRefused_NothingChanges()
    {
        var bench = new SessionBench(JsepHabits.Firefox);
        bench.Client.Add(SdpMediaKind.Video, SdpDirection.ReceiveOnly);
        bench.ClientOffers();
        var before = bench.Session.Sections;

        var (offered, _) = bench.SessionOffers(
            new SectionRequest.Send(bench.Track(CodecKind.H265))
        );

        Assert.Null(offered.Sdp);
        Assert.Equal(before, bench.Session.Sections);
        Assert.Equal(NegotiationState.Stable, bench.Session.State);
    }

    [Fact]
    public void Answer_WhileAnOfferIsPending_RefusedAndNamed()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Publish(SdpMediaKind.Audio);
        SessionBench.Taken(
            bench.Session.Offer([new SectionRequest.Send(bench.Track())], bench.Local)
        );
        var offer = NegotiationSamples.Parse(bench.Client.CreateOffer());

        var refused = SessionBench.Refused(bench.Session.Answer(offer, [], bench.Local));

        Assert.Equal(NegotiationRefusal.OutOfTurn, refused.Kind);
        Assert.Equal(
            "An offer of this server (mid s1) waits for its answer; send that first.",
            refused.Sentence
        );
        Assert.Equal(
            NegotiationRefusal.OutOfTurn,
            SessionBench.Refused(bench.Session.Offer([], bench.Local)).Kind
        );
    }

    [Fact]
    public void Accept_WithoutAnOffer_Refused()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Publish(SdpMediaKind.Audio);
        var (offered, _) = bench.SessionOffers(new SectionRequest.Send(bench.Track()));

        var again = bench.Session.Accept(NegotiationSamples.Parse(offered.Sdp!));

        Assert.Equal(NegotiationRefusal.OutOfTurn, SessionBench.Refused(again).Kind);
    }

    [Fact]
    public void ForceStop_WhileAnOfferIsPending_AppliesToBoth()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var sound = bench.Pull(bench.Track(CodecKind.Opus));
        var offered = SessionBench.Taken(
            bench.Session.Offer([new SectionRequest.Send(bench.Track())], bench.Local)
        );
        var pending = SessionBench.Granted(offered.Outcomes[0]).Mid;

        var stopped = SessionBench.Taken(bench.Session.ForceStop([sound, pending, "none"]));
        var answer = NegotiationSamples.Parse(bench.Client.TakeOffer(offered.Sdp!));
        var accepted = SessionBench.Taken(bench.Session.Accept(answer));

        Assert.Equal(SectionChangeKind.SendEnded, Assert.Single(stopped.Sections).Kind);
        SessionBench.Granted(stopped.Outcomes[0]);
        SessionBench.Granted(stopped.Outcomes[1]);
        SessionBench.Refused(stopped.Outcomes[2]);
        Assert.Empty(accepted.Sections);
        Assert.True(bench.Session.Find(sound)!.IsIdle);
        Assert.True(bench.Session.Find(pending)!.IsIdle);
        bench.Pull(bench.Track());
    }
}
