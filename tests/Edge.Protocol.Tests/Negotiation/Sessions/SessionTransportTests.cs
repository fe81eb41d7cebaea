using Edge.Protocol.Dtls;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing.Jsep;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>The one transport under the sections: restarts, replacements, and our side of full ICE.</summary>
public sealed class SessionTransportTests
{
    [Fact]
    public void RestartIce_NewCredentialsBothWays()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        bench.Publish(SdpMediaKind.Audio);
        var before = bench.Local.UsernameFragment;
        bench.Client.RestartIce();

        var change = bench.ClientOffers();

        Assert.Equal(TransportChangeKind.Restarted, change.Transport!.Kind);
        Assert.Equal(bench.Client.Ufrag, change.Transport.Remote.UsernameFragment);
        var answer = NegotiationSamples.Parse(change.Sdp!);
        Assert.NotEqual(before, answer.Sections[0].IceUsernameFragment, StringComparer.Ordinal);
        Assert.Empty(change.Sections);
    }

    [Fact]
    public void StopOfTheTaggedSection_TransportReplaced()
    {
        var bench = new SessionBench(JsepHabits.Chromium);
        var first = bench.Publish(SdpMediaKind.Audio);
        bench.Publish(SdpMediaKind.Video);

        bench.Close(first);
        bench.Publish(SdpMediaKind.Audio);

        Assert.Equal(
            [TransportChangeKind.Begun, TransportChangeKind.Replaced, TransportChangeKind.Replaced],
            bench.Transport
        );
        Assert.Equal(2, bench.Client.Replacements);
    }

    [Fact]
    public void ThirdParty_FullIce_WeOfferAndALiteServerAnswers()
    {
        var session = new SessionNegotiator(new() { AddsAnchor = false });
        var local = NegotiationSamples.Local with { IsIceLite = false };
        var offered = SessionBench.Taken(
            session.Offer(
                [
                    new SectionRequest.Receive(null, MediaKind.Audio)
                    {
                        Bidirectional = new("voice", new(71), new(72)),
                    },
                    new SectionRequest.DataChannels(),
                ],
                local
            )
        );
        var offer = NegotiationSamples.Parse(offered.Sdp!);
        Assert.False(offer.IsIceLite);
        Assert.Equal(SdpSetup.ActivePassive, offer.Sections[0].Setup);
        Assert.Equal(2, offer.Sections[0].Candidates.Length);
        // An answer as OpenAI's Realtime gives it: lite, passive, one candidate.
        var answer = PublishNegotiator.Answer(
            offer,
            local with
            {
                IsIceLite = true,
                UsernameFragment = "openai",
            },
            PublishPolicy.Default
        );
        var text = NegotiationSamples.Agreed(answer).AnswerSdp;
        var described = NegotiationSamples.Parse(text);
        var sections = described.Sections.ToBuilder();
        sections[0] = sections[0] with { Direction = SdpDirection.SendReceive };

        var accepted = SessionBench.Taken(
            session.Accept(described with { Sections = sections.ToImmutable() })
        );

        Assert.True(accepted.Transport!.Remote.IsIceLite);
        Assert.Equal(DtlsRole.Client, accepted.Transport.Remote.LocalDtlsRole);
        Assert.NotEmpty(accepted.Transport.Remote.Candidates);
        SessionBench.Granted(accepted.Outcomes[0]);
        SessionBench.Refused(accepted.Outcomes[1]);
        Assert.Equal(new(71), session.Sections[0].Send!.LocalSsrc);
    }

    /// <summary>Two lite agents would wait for each other for ever (RFC 8445 §6.1.1 leaves them to
    /// themselves); the pending offer stays for another answer.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Accept_LiteAnswerToALiteOffer_RefusedWithTheWayOut(bool isInSections)
    {
        var session = new SessionNegotiator(new());
        var offered = SessionBench.Taken(
            session.Offer(
                [
                    new SectionRequest.Receive(null, MediaKind.Audio)
                    {
                        Bidirectional = new("voice", new(71), new(72)),
                    },
                ],
                NegotiationSamples.Local
            )
        );
        var offer = NegotiationSamples.Parse(offered.Sdp!);
        var local = NegotiationSamples.Local with { IsIceLite = false };
        var answer = PublishNegotiator.Answer(
            offer with
            {
                IsIceLite = false,
            },
            local,
            PublishPolicy.Default
        );
        var text = NegotiationSamples.Agreed(answer).AnswerSdp;
        var lite = isInSections
            ? text.Replace("a=mid:s1\r\n", "a=mid:s1\r\na=ice-lite\r\n", StringComparison.Ordinal)
            : text.Replace("t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n", StringComparison.Ordinal);
        Assert.NotEqual(text, lite, StringComparer.Ordinal);

        var refused = Assert.IsType<SessionStep.Refused>(
            session.Accept(NegotiationSamples.Parse(lite))
        );

        Assert.Contains("thirdparty=true", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(NegotiationState.HaveLocalOffer, session.State);
    }
}
