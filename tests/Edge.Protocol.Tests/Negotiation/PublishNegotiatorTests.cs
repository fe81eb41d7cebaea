using Edge.Protocol.Dtls;
using Edge.Protocol.Negotiation;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation;

public sealed class PublishNegotiatorTests
{
    [Theory]
    [InlineData("sendonly")]
    [InlineData("sendrecv")]
    public void Answer_OfferThatSends_IsReceiveOnly(string direction)
    {
        var offer = NegotiationSamples.OneSection("audio", direction);

        var agreed = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer));

        var answer = NegotiationSamples.Parse(agreed.AnswerSdp);
        Assert.Equal(SdpDirection.ReceiveOnly, answer.Sections[0].Direction);
        Assert.True(answer.Sections[0].HasRtcpMux && answer.Sections[0].HasRtcpMuxOnly);
        Assert.True(answer.IsIceLite && answer.Sections[0].HasEndOfCandidates);
    }

    [Theory]
    [InlineData("recvonly")]
    [InlineData("inactive")]
    public void Answer_OfferThatSendsNothing_RefusedByName(string direction)
    {
        var offer = NegotiationSamples.OneSection("audio", direction);

        var refused = NegotiationSamples.Refused(NegotiationSamples.Publish(offer));

        Assert.Equal(NegotiationRefusal.Unsupported, refused.Kind);
        Assert.Equal(
            $"The audio section (line 6, mid 0) is {direction}; to publish it has to be sendonly or sendrecv.",
            refused.Sentence
        );
    }

    [Theory]
    [InlineData("actpass", DtlsRole.Server, SdpSetup.Passive)]
    [InlineData("active", DtlsRole.Server, SdpSetup.Passive)]
    [InlineData("passive", DtlsRole.Client, SdpSetup.Active)]
    [InlineData("", DtlsRole.Server, SdpSetup.Passive)]
    public void Answer_Setup_TakesTheOtherRole(string offered, DtlsRole role, SdpSetup answered)
    {
        var offer = NegotiationSamples
            .OneSection("audio", "sendonly")
            .Replace("a=setup:actpass", $"a=setup:{offered}", StringComparison.Ordinal);

        var agreed = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer));

        Assert.Equal(role, agreed.Agreement.Remote.LocalDtlsRole);
        Assert.Equal(answered, NegotiationSamples.Parse(agreed.AnswerSdp).Sections[0].Setup);
    }

    [Theory]
    [InlineData("a=rtcp-mux", "a=x", NegotiationRefusal.Unsupported, "has no a=rtcp-mux")]
    [InlineData(
        "a=ice-pwd",
        "a=x",
        NegotiationRefusal.Malformed,
        "no usable a=ice-ufrag and a=ice-pwd"
    )]
    [InlineData(
        "a=fingerprint:sha-256",
        "a=fingerprint:md5",
        NegotiationRefusal.Malformed,
        "has no a=fingerprint"
    )]
    [InlineData("setup:actpass", "setup:holdconn", NegotiationRefusal.Unsupported, "holdconn")]
    [InlineData(
        "UDP/TLS/RTP/SAVPF",
        "RTP/AVP",
        NegotiationRefusal.Unsupported,
        "speaks UDP/TLS/RTP/SAVPF"
    )]
    [InlineData(
        "BUNDLE 0",
        "BUNDLE 1",
        NegotiationRefusal.Unsupported,
        "not in the offer's a=group:BUNDLE"
    )]
    [InlineData(
        "m=audio 9",
        "m=audio 0",
        NegotiationRefusal.Unsupported,
        "no audio and no video section"
    )]
    [InlineData("s=-", "a=ice-lite", NegotiationRefusal.Unsupported, "a=ice-lite")]
    [InlineData(
        "SAVPF 96 97 98 99 0 8 9",
        "SAVPF 96",
        NegotiationRefusal.Unsupported,
        "offers no known format; this server takes opus, G722, PCMU, PCMA."
    )]
    public void Answer_UnusableOffer_RefusedWithReason(
        string line,
        string replacement,
        NegotiationRefusal kind,
        string reason
    )
    {
        var offer = NegotiationSamples
            .OneSection("audio", "sendonly")
            .Replace(line, replacement, StringComparison.Ordinal);

        var refused = NegotiationSamples.Refused(NegotiationSamples.Publish(offer));

        Assert.Equal(kind, refused.Kind);
        Assert.Contains(reason, refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_SectionsWithoutBundle_Refused()
    {
        var offer = CapturedOffers
            .Read("chrome156", "A")
            .Replace("a=group:BUNDLE", "a=group:LS", StringComparison.Ordinal);

        var refused = NegotiationSamples.Refused(NegotiationSamples.Publish(offer));

        Assert.Contains("no a=group:BUNDLE", refused.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_OneSectionWithoutMidAndBundle_Agreed()
    {
        var offer = NegotiationSamples
            .OneSection("audio", "sendonly")
            .Replace("a=mid:0", "a=x", StringComparison.Ordinal)
            .Replace("a=group:BUNDLE 0", "a=x", StringComparison.Ordinal);

        var agreed = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer));

        Assert.DoesNotContain("a=mid", agreed.AnswerSdp, StringComparison.Ordinal);
        Assert.DoesNotContain("a=group", agreed.AnswerSdp, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_SecondVideo_RefusedUnlessAllowed()
    {
        var video = NegotiationSamples.OneSection("video", "sendonly", "a=rtpmap:96 VP8/90000");
        var second = video[video.IndexOf("m=video", StringComparison.Ordinal)..]
            .Replace("a=mid:0", "a=mid:1", StringComparison.Ordinal);
        var offer = video.Replace("BUNDLE 0", "BUNDLE 0 1", StringComparison.Ordinal) + second;

        var refused = NegotiationSamples.Refused(NegotiationSamples.Publish(offer));
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Publish(offer, new() { TracksPerKindMax = 2 })
        );

        Assert.Contains("track number 2", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(2, agreed.Agreement.Media.Length);
    }

    [Theory]
    [InlineData(CodecKind.H264, 102)]
    [InlineData(CodecKind.Av1, 45)]
    [InlineData(CodecKind.H265, 96)] // Not offered: the offer's first.
    [InlineData(CodecKind.Vp9, 98)]
    public void Answer_PreferredCodec_TakenIfOffered(CodecKind preferred, byte payloadType)
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Publish(
                CapturedOffers.Read("chrome156", "A"),
                new() { PreferredCodecs = [preferred] }
            )
        );

        Assert.Equal(payloadType, agreed.Agreement.Media[1].Codec.PayloadType.Value);
    }

    [Fact]
    public void Answer_TelephoneEvents_ThoseOfTheFormatsClock()
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Publish(CapturedOffers.Read("chrome156", "A"))
        );

        Assert.Equal(110, agreed.Agreement.Media[0].TelephoneEventPayloadType!.Value.Value);
        Assert.Null(agreed.Agreement.Media[1].TelephoneEventPayloadType);
        Assert.Contains("SAVPF 111 110\r\n", agreed.AnswerSdp, StringComparison.Ordinal);
        Assert.Contains(
            "a=rtpmap:110 telephone-event/48000\r\n",
            agreed.AnswerSdp,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("PCMU", CodecKind.Pcmu, "0")]
    [InlineData("PCMA", CodecKind.Pcma, "8")]
    [InlineData("G722", CodecKind.G722, "9")]
    public void Answer_StaticAudio_Agreed(string name, CodecKind kind, string format)
    {
        var offer = NegotiationSamples
            .OneSection("audio", "sendonly")
            .Replace("96 97 98 99 0 8 9", format, StringComparison.Ordinal);

        var codec = NegotiationSamples
            .Agreed(NegotiationSamples.Publish(offer))
            .Agreement.Media[0]
            .Codec;

        Assert.Equal((kind, name, 8000u), (codec.Kind, codec.Name, codec.ClockRate));
    }

    [Theory]
    [InlineData("a=rtcp-fb:96 transport-cc", "a=rtcp-fb:96 goog-remb", true, true)]
    [InlineData("a=rtcp-fb:96 transport-cc", "a=rtcp-fb:96 nack", true, false)]
    [InlineData("a=rtcp-fb:96 nack", "a=rtcp-fb:96 goog-remb", false, true)]
    public void Answer_CongestionFeedback_RembBesideItAsALimit(
        string line,
        string other,
        bool transportCc,
        bool remb
    )
    {
        var offer = NegotiationSamples.OneSection(
            "video",
            "sendonly",
            "a=rtpmap:96 VP8/90000",
            line,
            other,
            "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
        );

        var media = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer)).Agreement.Media[0];

        Assert.Equal((transportCc, remb), (media.Codec.HasTransportCc, media.Codec.HasRemb));
        Assert.Equal(transportCc ? 3 : 0, media.Extensions.TransportSequence);
        Assert.Equal(2, media.Extensions.AbsoluteSendTime);
    }

    [Fact]
    public void Answer_TransportCcWithoutExtension_FallsBackToRemb()
    {
        var offer = NegotiationSamples.OneSection(
            "video",
            "sendonly",
            "a=rtpmap:96 VP8/90000",
            "a=rtcp-fb:96 transport-cc",
            "a=rtcp-fb:96 goog-remb"
        );

        var codec = NegotiationSamples
            .Agreed(NegotiationSamples.Publish(offer))
            .Agreement.Media[0]
            .Codec;

        Assert.False(codec.HasTransportCc);
        Assert.True(codec.HasRemb);
    }

    [Fact]
    public void Answer_LongExtensionIds_NeedMixedForms()
    {
        string[] lines =
        [
            "a=rtpmap:96 VP8/90000",
            "a=extmap:15 urn:ietf:params:rtp-hdrext:sdes:mid",
            "a=extmap:16 urn:3gpp:video-orientation",
            "a=extmap:17 urn:ietf:params:rtp-hdrext:sdes:mid",
        ];

        var plain = Extensions(NegotiationSamples.OneSection("video", "sendonly", lines));
        var mixed = Extensions(
            NegotiationSamples.OneSection("video", "sendonly", [.. lines, "a=extmap-allow-mixed"])
        );

        Assert.Equal((0, 0), (plain.Mid, plain.VideoOrientation));
        Assert.Equal((17, 16), (mixed.Mid, mixed.VideoOrientation));
    }

    [Fact]
    public void Answer_OneNumberTwoMeanings_Malformed()
    {
        var offer = CapturedOffers
            .Read("chrome156", "A")
            .Replace(
                "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=sendonly\r\na=msid:- 03",
                "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=sendonly\r\na=msid:- 03",
                StringComparison.Ordinal
            );

        var refused = NegotiationSamples.Refused(NegotiationSamples.Publish(offer));

        Assert.Equal("The extmap id 10 is mid and rtp-stream-id in one bundle.", refused.Sentence);
    }

    /// <summary>Nobody reads an audio level before the packet's section is known.</summary>
    [Fact]
    public void Answer_OneIdTwoSectionExtensions_Agreed()
    {
        var offer = CapturedOffers
            .Read("chrome156", "A")
            .Replace(
                "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
                "a=extmap:12 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
                StringComparison.Ordinal
            );

        var media = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer)).Agreement.Media;

        Assert.Equal(12, media[0].Extensions.AudioLevel);
        Assert.Equal(12, media[1].Extensions.DependencyDescriptor);
    }

    [Fact]
    public void Answer_SimulcastWithoutRidExtension_Refused()
    {
        var offer = ShapedOffers.ObsSimulcast.Replace(
            "sdes:rtp-stream-id",
            "sdes:other",
            StringComparison.Ordinal
        );

        var refused = NegotiationSamples.Refused(NegotiationSamples.Publish(offer));

        Assert.Contains(
            "simulcast without the header extension",
            refused.Sentence,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Answer_MoreLayersThanAllowed_Refused()
    {
        var refused = NegotiationSamples.Refused(
            NegotiationSamples.Publish(ShapedOffers.ObsSimulcast, new() { LayersMax = 2 })
        );

        Assert.Contains(
            "3 simulcast layers; a track has at most 2",
            refused.Sentence,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Answer_MdnsAndRtcpCandidates_LeftOut()
    {
        var offer = NegotiationSamples.OneSection(
            "audio",
            "sendonly",
            "a=candidate:1 1 udp 1 f1c2.local 7000 typ host",
            "a=candidate:1 2 udp 1 192.0.2.9 7001 typ host",
            "a=candidate:1 1 tcp 1 192.0.2.9 9 typ host tcptype active",
            "a=candidate:1 1 udp 1 192.0.2.9 7000 typ host"
        );

        var remote = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer)).Agreement.Remote;

        Assert.Equal("192.0.2.9:7000", string.Join(' ', remote.Candidates));
    }

    /// <summary>Who sends checks begins with the best (RFC 8445 §6.1.2.3), wherever it stands.</summary>
    [Fact]
    public void Answer_CandidatesInAnyOrder_TheBestComesFirst()
    {
        var offer = NegotiationSamples.OneSection(
            "audio",
            "sendonly",
            "a=candidate:1 1 udp 5 192.0.2.9 7000 typ srflx raddr 10.0.0.9 rport 7000",
            "a=candidate:2 1 udp 9 192.0.2.10 7000 typ host",
            "a=candidate:3 1 udp 5 192.0.2.11 7000 typ srflx raddr 10.0.0.9 rport 7000"
        );

        var remote = NegotiationSamples.Agreed(NegotiationSamples.Publish(offer)).Agreement.Remote;

        Assert.Equal(
            "192.0.2.10:7000 192.0.2.9:7000 192.0.2.11:7000",
            string.Join(' ', remote.Candidates)
        );
    }

    /// <summary>FFmpeg reads at most 8192 bytes of an answer and takes its first UDP host candidate.</summary>
    [Fact]
    public void Answer_ManyAddresses_FitsIntoFfmpeg()
    {
        var local = NegotiationSamples.Local with
        {
            CandidateAddresses =
            [
                .. Enumerable
                    .Range(1, 16)
                    .Select(index =>
                        NegotiationSamples.Address(
                            $"[2001:db8:1111:2222:3333:4444:5555:{index}]:65535"
                        )
                    ),
            ],
        };

        var agreed = NegotiationSamples.Agreed(
            PublishNegotiator.Answer(
                NegotiationSamples.Parse(ShapedOffers.FfmpegNewer),
                local,
                PublishPolicy.Default
            )
        );

        Assert.True(agreed.AnswerSdp.Length <= 8192, $"{agreed.AnswerSdp.Length} bytes");
        Assert.Contains(
            "a=candidate:1 1 udp 2130706431 2001:db8:1111:2222:3333:4444:5555:1 65535 typ host\r\n",
            agreed.AnswerSdp,
            StringComparison.Ordinal
        );
    }

    private static HeaderExtensionMap Extensions(string offer) =>
        NegotiationSamples
            .Agreed(NegotiationSamples.Publish(offer, new() { AcceptsVideoOrientation = true }))
            .Agreement.Media[0]
            .Extensions;
}
