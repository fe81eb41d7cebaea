using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Tracks that change places without SDP, sections that go both ways, and data channels.</summary>
public sealed class SessionCarryTests
{
    [Fact]
    public void Carry_SameFormat_KeepsTheSectionsSources()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var mid = bench.Pull(bench.Track());
        var before = bench.Session.Find(mid)!.Send!;
        var other = bench.Track();

        var result = bench.Session.Carry(mid, other);

        Assert.Same(before, Assert.IsType<CarryResult.Possible>(result).Media);
        Assert.NotEqual(other.LocalSsrc, before.LocalSsrc);
        Assert.Same(other, bench.Session.Find(mid)!.Track);
        bench.Publish(SdpMediaKind.Audio);
        Assert.Same(before, bench.Session.Find(mid)!.Send);
    }

    [Fact]
    public void CanCarry_OtherFormatOrKind_SaysWhy()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var mid = bench.Pull(bench.Track());

        var format = bench.Session.CanCarry(mid, bench.Track(CodecKind.Av1));
        var kind = bench.Session.CanCarry(mid, bench.Track(CodecKind.Opus));

        Assert.Equal(
            $"The section with mid {mid} carries VP8; the track is AV1 (profile=0).",
            Assert.IsType<CarryResult.Impossible>(format).Sentence
        );
        Assert.Equal(
            $"The section with mid {mid} carries video; the track is audio.",
            Assert.IsType<CarryResult.Impossible>(kind).Sentence
        );
        Assert.IsType<CarryResult.Impossible>(bench.Session.CanCarry("none", bench.Track()));
    }

    [Fact]
    public void Bidirectional_ClientOffer_DeclaresSourcesAndCarriesLater()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendReceive);
        var reserved = new ReservedSources("voice", new(71), new(72));

        var change = bench.ClientOffers(
            new SectionRequest.Receive("0") { Bidirectional = reserved }
        );

        Assert.Equal(
            [SectionChangeKind.ReceiveStarted, SectionChangeKind.SendStarted],
            change.Sections.Select(section => section.Kind)
        );
        Assert.Null(change.Sections[1].Track);
        var carried = bench.Session.Carry("0", bench.Track(CodecKind.Opus));
        Assert.Equal(new(71), Assert.IsType<CarryResult.Possible>(carried).Media.LocalSsrc);
        Assert.Equal(["0"], bench.Client.TrackEvents);
    }

    [Fact]
    public void Bidirectional_OurOffer_GoesBothWaysWhereTheClientDoes()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var reserved = new ReservedSources("voice", new(71), new(72));

        var (offered, accepted) = bench.SessionOffers(
            new SectionRequest.Receive(null, MediaKind.Audio) { Bidirectional = reserved }
        );

        // The model has no track to send: the answer is recvonly, so publishing fails, sending does not.
        var mid = SessionBench.Granted(Assert.Single(offered.Outcomes)).Mid;
        var refused = SessionBench.Refused(Assert.Single(accepted.Outcomes));
        Assert.Equal(
            $"The client refuses the section with mid {mid}: it answers recvonly to sendrecv.",
            refused.Sentence
        );
        Assert.NotNull(bench.Session.Find(mid)!.Send);
    }

    [Fact]
    public void Upgrade_SectionThatPublishes_IsSentInToo()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendReceive);
        bench.ClientOffers(new SectionRequest.Receive("0"));
        var received = bench.Session.Find("0")!.Receive;

        var (_, accepted) = bench.SessionOffers(
            new SectionRequest.Send(bench.Track(CodecKind.Opus), "0")
        );

        Assert.Equal("0", SessionBench.Granted(Assert.Single(accepted.Outcomes)).Mid);
        Assert.Equal(
            SectionChangeKind.SendStarted,
            Assert
                .Single(
                    accepted.Sections,
                    change => string.Equals(change.Mid, "0", StringComparison.Ordinal)
                )
                .Kind
        );
        Assert.Same(received, bench.Session.Find("0")!.Receive);
        Assert.Equal(["0"], bench.Client.TrackEvents);
    }

    [Fact]
    public void DataChannels_AskedForOrNot_AcceptedOrRefused()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Client.AddDataChannels();
        bench.Client.Add(SdpMediaKind.Audio, SdpDirection.SendOnly);

        var change = bench.ClientOffers(new SectionRequest.DataChannels());

        var started = change.Sections[0];
        Assert.Equal(SectionChangeKind.DataChannelsStarted, started.Kind);
        Assert.Equal(new DataChannelAgreement(5000, 262_144), started.DataChannels);
        Assert.Empty(bench.ClientOffers().Sections);
        var other = new SessionBench(JsepHabits.Firefox);
        other.Client.Add(SdpMediaKind.Audio, SdpDirection.SendOnly);
        other.Client.AddDataChannels();
        Assert.Equal(0, NegotiationSamples.Parse(other.ClientOffers().Sdp!).Sections[1].Port);
    }

    [Fact]
    public void DataChannels_OurOffer_AddsTheSectionOnce()
    {
        var bench = new SessionBench(JsepHabits.Chromium, new() { AddsAnchor = false });
        bench.Publish(SdpMediaKind.Audio);

        var (offered, accepted) = bench.SessionOffers(new SectionRequest.DataChannels());
        var (again, _) = bench.SessionOffers(new SectionRequest.DataChannels());

        Assert.Equal("s0", SessionBench.Granted(Assert.Single(offered.Outcomes)).Mid);
        Assert.Equal(SectionChangeKind.DataChannelsStarted, Assert.Single(accepted.Sections).Kind);
        Assert.Null(again.Sdp);
        SessionBench.Granted(Assert.Single(again.Outcomes));
    }
}
