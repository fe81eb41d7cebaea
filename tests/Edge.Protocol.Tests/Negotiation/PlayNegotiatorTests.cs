using Edge.Protocol.Negotiation;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation;

public sealed class PlayNegotiatorTests
{
    [Theory]
    [InlineData("recvonly")]
    [InlineData("sendrecv")]
    public void Answer_OfferThatReceives_IsSendOnly(string direction)
    {
        var offer = NegotiationSamples.OneSection(
            "audio",
            direction,
            "a=rtpmap:96 opus/48000/2",
            "a=rtpmap:97 rtx/48000",
            "a=fmtp:97 apt=96"
        );

        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(offer, NegotiationSamples.Audio())
        );

        var section = NegotiationSamples.Parse(agreed.AnswerSdp).Sections[0];
        Assert.Equal(SdpDirection.SendOnly, section.Direction);
        Assert.Equal("live audio", section.Msid!.ToString());
        Assert.Equal("1111 1112", string.Join(' ', section.Ssrcs.Select(source => source.Ssrc)));
        Assert.All(section.Ssrcs, source => Assert.Equal("edge", source.Cname));
        Assert.Equal("FID", Assert.Single(section.SsrcGroups).Semantics);
        Assert.Equal(1112u, agreed.Agreement.Media[0].LocalRtxSsrc!.Value.Value);
    }

    [Theory]
    [InlineData("sendonly")]
    [InlineData("inactive")]
    public void Answer_OfferThatReceivesNothing_Refused(string direction)
    {
        var offer = NegotiationSamples.OneSection("audio", direction, "a=rtpmap:96 opus/48000/2");

        var refused = NegotiationSamples.Refused(
            NegotiationSamples.Play(offer, NegotiationSamples.Audio())
        );

        Assert.Equal(
            $"The offer has audio {direction}; the stream has audio opus: nothing of it can be played.",
            refused.Sentence
        );
    }

    /// <summary>Players offer sound and pictures whatever the stream has; they name a section by its place among all of
    /// theirs.</summary>
    [Fact]
    public void Answer_SectionWithoutATrack_OthersKeepTheirPlace()
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(
                CapturedOffers.Read("chrome156", "B"),
                NegotiationSamples.Video(CodecKind.Vp8)
            )
        );

        var media = Assert.Single(agreed.Agreement.Media);
        Assert.Equal((MediaKind.Video, 1), (media.Kind, media.LineIndex));
        Assert.Equal(0, media.TrackIndex);
    }

    [Fact]
    public void Answer_CodecMissing_NamesBothLists()
    {
        var refused = NegotiationSamples.Refused(
            NegotiationSamples.Play(
                CapturedOffers.Read("firefox153", "B"),
                NegotiationSamples.Audio(),
                NegotiationSamples.Video(CodecKind.H264, NegotiationSamples.H264High)
            )
        );

        Assert.Equal(NegotiationRefusal.Unsupported, refused.Kind);
        Assert.Equal(
            "The video section (line 34, mid 1) offers VP8, VP9 (profile-id=0), AV1 (profile=0); the stream's video is H264 (profile-level-id=640032, packetization-mode=1).",
            refused.Sentence
        );
    }

    [Fact]
    public void Answer_HighStreamToBaselinePlayer_Refused()
    {
        var offer = NegotiationSamples.OneSection(
            "video",
            "recvonly",
            "a=rtpmap:96 H264/90000",
            $"a=fmtp:96 {NegotiationSamples.H264Baseline}"
        );

        var refused = NegotiationSamples.Refused(
            NegotiationSamples.Play(
                offer,
                NegotiationSamples.Video(CodecKind.H264, NegotiationSamples.H264High)
            )
        );

        Assert.Contains("profile-level-id=42e01f", refused.Sentence, StringComparison.Ordinal);
        Assert.Contains("profile-level-id=640032", refused.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("profile-level-id=42e01f;packetization-mode=1", 102)]
    [InlineData("profile-level-id=42001f;packetization-mode=1", 102)]
    [InlineData("profile-level-id=42e034;packetization-mode=1", 102)]
    [InlineData("profile-level-id=42e01f", 104)]
    [InlineData(null, 104)]
    [InlineData("profile-level-id=4d0028;packetization-mode=1", 116)]
    [InlineData("profile-level-id=4d0028;packetization-mode=0", 39)]
    [InlineData("profile-level-id=f4001f;packetization-mode=1", 41)]
    public void Answer_H264Stream_GetsItsOwnNumber(string? format, byte payloadType)
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(
                CapturedOffers.Read("chrome156", "B"),
                NegotiationSamples.Video(CodecKind.H264, format)
            )
        );

        Assert.Equal(payloadType, agreed.Agreement.Media[0].Codec.PayloadType.Value);
        Assert.NotNull(agreed.Agreement.Media[0].Codec.RtxPayloadType);
    }

    [Fact]
    public void Answer_AudioOnlyPlayer_GetsTheSound()
    {
        var offer = NegotiationSamples.OneSection("audio", "recvonly", "a=rtpmap:96 opus/48000/2");

        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(
                offer,
                NegotiationSamples.Video(CodecKind.Vp8),
                NegotiationSamples.Audio()
            )
        );

        var media = Assert.Single(agreed.Agreement.Media);
        Assert.Equal((MediaKind.Audio, 1), (media.Kind, media.TrackIndex));
    }

    [Fact]
    public void Answer_VideoOnlyPlayerOfAudioStream_Refused()
    {
        var offer = NegotiationSamples.OneSection("video", "recvonly", "a=rtpmap:96 VP8/90000");

        var refused = NegotiationSamples.Refused(
            NegotiationSamples.Play(offer, NegotiationSamples.Audio())
        );

        Assert.Equal(
            "The offer has video recvonly; the stream has audio opus: nothing of it can be played.",
            refused.Sentence
        );
    }

    /// <summary>A stream without sound, played with sound and pictures: the idle section is the tagged
    /// one, so it must stay in the bundle.</summary>
    [Fact]
    public void Answer_SectionWithoutTrack_InactiveInsideTheBundle()
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(
                CapturedOffers.Read("firefox153", "B"),
                NegotiationSamples.Video(CodecKind.Vp8)
            )
        );

        var answer = NegotiationSamples.Parse(agreed.AnswerSdp);
        Assert.Equal("0 1", string.Join(' ', answer.BundleMids!.Value));
        Assert.Equal(SdpDirection.Inactive, answer.Sections[0].Direction);
        Assert.Equal(9, answer.Sections[0].Port);
        Assert.Empty(answer.Sections[0].Ssrcs);
        Assert.Equal(SdpDirection.SendOnly, answer.Sections[1].Direction);
    }

    [Fact]
    public void Answer_SectionsWithoutKnownFormat_RefusedSinglyOutsideTheBundle()
    {
        var offer =
            NegotiationSamples
                .OneSection("audio", "recvonly", "a=rtpmap:96 opus/48000/2")
                .Replace("BUNDLE 0", "BUNDLE d 0 v", StringComparison.Ordinal)
                .Replace(
                    "m=audio",
                    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\nm=audio",
                    StringComparison.Ordinal
                )
            + "m=video 9 UDP/TLS/RTP/SAVPF 100\r\na=mid:v\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:100 theora/90000\r\n";

        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(offer, NegotiationSamples.Audio())
        );

        var answer = NegotiationSamples.Parse(agreed.AnswerSdp);
        Assert.Equal("0", string.Join(' ', answer.BundleMids!.Value));
        Assert.Equal("0 9 0", string.Join(' ', answer.Sections.Select(section => section.Port)));
        Assert.Equal("cccc", agreed.Agreement.Remote.UsernameFragment);
    }

    [Fact]
    public void Answer_MoreSectionsThanTracks_FirstSectionGetsIt()
    {
        var first = NegotiationSamples.OneSection("audio", "recvonly", "a=rtpmap:96 opus/48000/2");
        var second = first[first.IndexOf("m=audio", StringComparison.Ordinal)..]
            .Replace("a=mid:0", "a=mid:1", StringComparison.Ordinal);
        var offer = first.Replace("BUNDLE 0", "BUNDLE 0 1", StringComparison.Ordinal) + second;

        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(offer, NegotiationSamples.Audio())
        );

        Assert.Equal("0", Assert.Single(agreed.Agreement.Media).Mid.ToString());
        Assert.Equal(
            SdpDirection.Inactive,
            NegotiationSamples.Parse(agreed.AnswerSdp).Sections[1].Direction
        );
    }

    [Fact]
    public void Answer_NoRtxOffered_NoGroupAndNoSource()
    {
        var offer = NegotiationSamples.OneSection("video", "recvonly", "a=rtpmap:96 VP8/90000");

        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(offer, NegotiationSamples.Video(CodecKind.Vp8))
        );

        Assert.Null(agreed.Agreement.Media[0].LocalRtxSsrc);
        Assert.DoesNotContain("2222", agreed.AnswerSdp, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_ExtensionsOfPlayer_RidIsNeverAmongThem()
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(
                CapturedOffers.Read("chrome156", "B"),
                NegotiationSamples.Video(CodecKind.Vp8)
            )
        );

        var map = agreed.Agreement.Media[0].Extensions;
        Assert.Equal(
            (0, 0, 4, 3, 2),
            (map.Rid, map.RepairedRid, map.Mid, map.TransportSequence, map.AbsoluteSendTime)
        );
        Assert.Equal((13, 5, 8), (map.VideoOrientation, map.PlayoutDelay, map.ColorSpace));
    }

    [Fact]
    public void Answer_FirefoxReceiveOnlyExtension_Inverted()
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Play(
                CapturedOffers.Read("firefox153", "B"),
                NegotiationSamples.Video(CodecKind.Vp8)
            )
        );

        Assert.Contains(
            "a=extmap:6/sendonly http://www.webrtc.org",
            agreed.AnswerSdp,
            StringComparison.Ordinal
        );
    }
}
