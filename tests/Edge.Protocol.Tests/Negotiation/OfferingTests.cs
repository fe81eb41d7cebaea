using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.Offering;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>Our own client against our own server, by text as over HTTP: both sides agree on the same.</summary>
public sealed class OfferingTests
{
    private static readonly LocalTransportDescription ClientTransport = new(
        "clientufrag",
        "clientpasswordclientpassword",
        NegotiationSamples.Fingerprint("sha-256 " + string.Join(':', Enumerable.Repeat("CD", 32))),
        [NegotiationSamples.Address("192.0.2.77:5000")],
        IsIceLite: false
    );

    [Theory]
    [InlineData(CodecKind.Vp8)]
    [InlineData(CodecKind.Vp9)]
    [InlineData(CodecKind.H264)]
    [InlineData(CodecKind.H265)]
    [InlineData(CodecKind.Av1)]
    public void Publish_OurOffer_BothSidesAgreeOnTheSame(CodecKind kind)
    {
        var offer = OfferWriter.Publish(
            new()
            {
                Tracks =
                [
                    new(MediaKind.Audio, [new(CodecKind.Opus)]) { LocalSsrc = new(1) },
                    new(MediaKind.Video, [new(kind), new(CodecKind.Vp8)])
                    {
                        LocalSsrc = new(2),
                        LocalRtxSsrc = new(3),
                    },
                ],
            },
            ClientTransport
        );

        var server = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer.Write()));
        var client = NegotiationSamples.Agreed(
            AgreementReader.ReadPublish(offer, NegotiationSamples.Parse(server.AnswerSdp))
        );

        Assert.Equal(kind, server.Agreement.Media[1].Codec.Kind);
        AssertSame(server.Agreement.Media, client.Agreement.Media);
        Assert.Equal(DtlsRole.Server, server.Agreement.Remote.LocalDtlsRole);
        Assert.Equal(DtlsRole.Client, client.Agreement.Remote.LocalDtlsRole);
        Assert.Equal("192.0.2.77:5000", server.Agreement.Remote.Candidates[0].ToString());
        Assert.Equal("192.0.2.1:7000", client.Agreement.Remote.Candidates[0].ToString());
        Assert.True(client.Agreement.Remote.IsIceLite);
        Assert.Equal(
            new RemoteSource(new(2), new Ssrc(3)),
            server.Agreement.Media[1].RemoteSources[0]
        );
        Assert.Equal(
            (new Ssrc(2), new Ssrc(3)),
            (
                client.Agreement.Media[1].LocalSsrc!.Value,
                client.Agreement.Media[1].LocalRtxSsrc!.Value
            )
        );
    }

    [Fact]
    public void Publish_OurSimulcastOffer_EveryLayerAgreed()
    {
        var offer = OfferWriter.Publish(
            new()
            {
                Tracks =
                [
                    new(MediaKind.Video, [new(CodecKind.Vp8)])
                    {
                        Rids = NegotiationSamples.Rids("q", "h", "f"),
                    },
                ],
                Setup = SdpSetup.Passive,
            },
            ClientTransport
        );

        var server = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer.Write()));
        var client = NegotiationSamples.Agreed(
            AgreementReader.ReadPublish(offer, NegotiationSamples.Parse(server.AnswerSdp))
        );

        Assert.Equal("q h f", string.Join(' ', server.Agreement.Media[0].Rids));
        Assert.Equal("q h f", string.Join(' ', client.Agreement.Media[0].Rids));
        Assert.Equal(DtlsRole.Server, client.Agreement.Remote.LocalDtlsRole);
        Assert.NotEqual(0, client.Agreement.Media[0].Extensions.RepairedRid);
    }

    [Fact]
    public void Play_OurOffer_BothSidesAgreeOnTheSame()
    {
        var offer = OfferWriter.Play(
            new()
            {
                Tracks =
                [
                    new(MediaKind.Audio, [new(CodecKind.Opus)]),
                    new(MediaKind.Video, [new(CodecKind.Vp9), new(CodecKind.H264)]),
                ],
            },
            ClientTransport
        );

        var server = NegotiationSamples.Agreed(
            NegotiationSamples.Play(
                offer.Write(),
                NegotiationSamples.Audio(),
                NegotiationSamples.Video(CodecKind.H264, NegotiationSamples.H264Baseline)
            )
        );
        var client = NegotiationSamples.Agreed(
            AgreementReader.ReadPlay(offer, NegotiationSamples.Parse(server.AnswerSdp))
        );

        AssertSame(server.Agreement.Media, client.Agreement.Media);
        Assert.Equal(
            new RemoteSource(new(2221), new Ssrc(2222)),
            client.Agreement.Media[1].RemoteSources[0]
        );
        Assert.Equal("live video", client.Agreement.Media[1].Msid);
    }

    [Fact]
    public void ReadPublish_AnswerToAnotherOffer_Refused()
    {
        var offer = OfferWriter.Publish(
            new() { Tracks = [new(MediaKind.Audio, [new(CodecKind.Opus)])] },
            ClientTransport
        );
        var other = NegotiationSamples.Agreed(
            NegotiationSamples.Publish(CapturedOffers.Read("chrome156", "A"))
        );

        var refused = NegotiationSamples.Refused(
            AgreementReader.ReadPublish(offer, NegotiationSamples.Parse(other.AnswerSdp))
        );

        Assert.Equal("The answer has 2 sections for 1 of the offer.", refused.Sentence);
    }

    [Fact]
    public void RestartFragment_Write_HasNewCredentialsAndTheSameLite()
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Publish(CapturedOffers.Read("chrome156", "A"))
        );

        var text = RestartFragment.Write(
            NegotiationSamples.Local with
            {
                UsernameFragment = "fresh",
                Password = "freshpassword",
            },
            agreed.Agreement.Media
        );

        Assert.Equal(
            "a=ice-lite\r\na=ice-options:trickle ice2\r\na=ice-ufrag:fresh\r\na=ice-pwd:freshpassword\r\n"
                + "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
                + "a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host\r\n"
                + "a=candidate:2 1 udp 2130706175 2001:db8::1 7000 typ host\r\n"
                + "a=end-of-candidates\r\n",
            text
        );
    }

    private static void AssertSame(
        IReadOnlyList<MediaAgreement> server,
        IReadOnlyList<MediaAgreement> client
    )
    {
        Assert.Equal(server.Count, client.Count);
        foreach (var (one, other) in server.Zip(client))
        {
            // That a limit may come beside transport-wide feedback is for its writer to know.
            var codec = one.Codec with
            {
                HasRemb = one.Codec.HasRemb && !one.Codec.HasTransportCc,
            };
            Assert.Equal((one.Mid, one.Kind, codec), (other.Mid, other.Kind, other.Codec));
            Assert.Equal(one.Extensions, other.Extensions);
            Assert.Equal(
                (one.ReducedSizeRtcp, one.UsesExtmapAllowMixed, one.Msid),
                (other.ReducedSizeRtcp, other.UsesExtmapAllowMixed, other.Msid)
            );
        }
    }
}
