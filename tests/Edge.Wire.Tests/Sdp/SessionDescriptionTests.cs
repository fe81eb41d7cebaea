using Edge.Primitives;
using Edge.Testing.Offers;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Wire.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    [Fact]
    public void TryParse_ChromeSimulcastOffer_ReadsEverything()
    {
        var offer = SdpSamples.Parse(CapturedOffers.Read("chrome156", "A"));

        Assert.Equal(5212624171410400144UL, offer.SessionId);
        Assert.Equal("0 1", string.Join(' ', offer.BundleMids!.Value));
        Assert.True(offer.AllowsMixedExtensions);
        var video = offer.Sections[1];
        Assert.Equal(SdpMediaKind.Video, video.Kind);
        Assert.Equal(SdpDirection.SendOnly, video.Direction);
        Assert.Equal(SdpSetup.ActivePassive, video.Setup);
        Assert.Equal("iPLR", video.IceUsernameFragment);
        Assert.Equal("XbaqPKCC9n+25BFiUTxAz/uY", video.IcePassword);
        Assert.Equal(23, video.Codecs.Length);
        Assert.Equal(13, video.Extensions.Length);
        Assert.Equal("q h f", string.Join(' ', video.Simulcast!.Send));
        Assert.Equal("q h f", string.Join(' ', video.Rids.Select(rid => rid.Id)));
        Assert.True(video.HasRtcpMux && video.HasReducedSizeRtcp && !video.HasRtcpMuxOnly);
        Assert.Equal("46097e65-0a8f-431a-a81d-4c5a834695dc", video.Msid!.Track);
        var vp8 = video.Codecs[0];
        Assert.Equal(("VP8", 90_000u, (byte)96), (vp8.Name, vp8.ClockRate, vp8.PayloadType.Value));
        Assert.True(vp8.HasFeedback("nack pli") && vp8.HasFeedback("goog-remb"));
        Assert.Equal("apt=96", video.Codecs[1].Format);
    }

    [Fact]
    public void TryParse_FirefoxOffer_HandsSessionValuesDown()
    {
        var offer = SdpSamples.Parse(CapturedOffers.Read("firefox153", "A"));

        Assert.All(offer.Sections, section => Assert.Single(section.Fingerprints));
        Assert.False(offer.AllowsMixedExtensions);
        var video = offer.Sections[1];
        Assert.True(video.AllowsMixedExtensions);
        Assert.Equal("max-fs=12288;max-fr=60", video.Codecs[0].Format);
        Assert.Contains(
            new SdpExtension(8, DependencyDescriptor, SdpDirection.SendOnly),
            video.Extensions
        );
        Assert.Equal(6, video.Ssrcs.Length);
        Assert.Equal(3, video.SsrcGroups.Length);
        Assert.Equal(new Ssrc(2691511993), video.SsrcGroups[0].Ssrcs[0]);
        Assert.Equal(2, offer.Sections[0].Codecs[0].Channels);
    }

    /// <summary>RFC 4796 §5: a list of words of a section.</summary>
    [Theory]
    [InlineData("slides", true)]
    [InlineData("main, slides", true)]
    [InlineData("main", false)]
    [InlineData("slideshow", false)]
    [InlineData("", false)]
    public void TryParse_Content_TellsSlides(string words, bool expected)
    {
        var text = $"{CapturedOffers.Read("chrome156", "A").TrimEnd()}\r\na=content:{words}\r\n";

        var offer = SdpSamples.Parse(text);

        Assert.Equal([false, expected], offer.Sections.Select(section => section.ShowsSlides));
        Assert.Equal(expected, SdpSamples.Parse(offer.Write()).Sections[1].ShowsSlides);
    }

    [Fact]
    public void TryParse_DataChannelOffer_ReadsSctp()
    {
        var offer = SdpSamples.Parse(CapturedOffers.Read("chrome156", "C"));

        var data = Assert.Single(offer.Sections);
        Assert.Equal(SdpMediaKind.Application, data.Kind);
        Assert.Equal(5000, data.SctpPort);
        Assert.Equal(262144, data.MaxMessageSize);
    }

    [Fact]
    public void TryParse_FfmpegBrokenFeedbackLine_IsSkipped()
    {
        var offer = SdpSamples.Parse(ShapedOffers.FfmpegNewer);

        Assert.Empty(offer.Sections[1].Codecs[0].Feedback);
        Assert.Equal(2, offer.Sections[1].Codecs.Length);
    }

    [Theory]
    [InlineData("a=rtpmap:x opus/48000/2")]
    [InlineData("a=rtpmap:111 opus")]
    [InlineData("a=rtpmap:111 opus/0")]
    [InlineData("a=rtpmap:200 opus/48000")]
    [InlineData("a=extmap:0 urn:x")]
    [InlineData("a=extmap:300 urn:x")]
    [InlineData("a=extmap:1/sideways urn:x")]
    [InlineData("a=extmap:1")]
    [InlineData("a=rid:a/b send")]
    [InlineData("a=rid:a both")]
    [InlineData("a=simulcast:send a;b")]
    [InlineData("a=ssrc:many cname:x")]
    [InlineData("a=ssrc-group:FID 1 two")]
    [InlineData("a=candidate:1 1 udp")]
    [InlineData("a=candidate:1 1 udp 4294967296 192.0.2.1 9 typ host")]
    [InlineData("a=setup:sometimes")]
    [InlineData("a=sctp-port:-1")]
    [InlineData("a=mid:")]
    [InlineData("a=msid:")]
    [InlineData("a=nobody-knows:this")]
    [InlineData("a=")]
    [InlineData("a=:")]
    [InlineData("b=AS:3000")]
    [InlineData("y=unknown letter")]
    public void TryParse_UnknownOrUnreadableAttribute_ChangesNothing(string line)
    {
        var without = SdpSamples.Parse(SdpSamples.Minimal);
        var with = SdpSamples.Parse(SdpSamples.Minimal + line + "\n");

        Assert.Equal(without.Write(), with.Write());
    }

    [Fact]
    public void TryParse_WildcardFeedback_IsEveryFormats()
    {
        var offer = SdpSamples.Parse(
            SdpSamples.Minimal + "a=rtpmap:111 opus/48000/2\na=rtcp-fb:* nack\na=rtcp-fb:111 nack\n"
        );

        Assert.Equal("nack", string.Join(' ', offer.Sections[0].Codecs[0].Feedback));
    }

    [Fact]
    public void TryParse_StaticTypeWithoutMap_HasItsName()
    {
        var offer = SdpSamples.Parse("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 0 8 9 77\n");

        Assert.Equal(
            "PCMU PCMA G722",
            string.Join(' ', offer.Sections[0].Codecs.Select(codec => codec.Name))
        );
    }

    [Fact]
    public void TryParse_SimulcastAlternativesAndPauses_TakesTheFirstOfEach()
    {
        var offer = SdpSamples.Parse(
            SdpSamples.Minimal
                + "a=rid:a send\na=rid:b send\na=rid:c send\na=simulcast:send a,c;~b recv d\n"
        );

        Assert.Equal("a b", string.Join(' ', offer.Sections[0].Simulcast!.Send));
        Assert.Empty(offer.Sections[0].Simulcast!.Receive);
    }

    [Fact]
    public void TryParse_BundleOnlySection_IsNotDisabled()
    {
        var offer = SdpSamples.Parse(
            "v=0\nm=audio 0 RTP/SAVPF 0\nm=video 0 RTP/SAVPF 96\na=bundle-only\n"
        );

        Assert.True(offer.Sections[0].IsDisabled);
        Assert.False(offer.Sections[1].IsDisabled);
    }

    [Theory]
    [InlineData("\uFEFFv=0\nm=audio 9 RTP/SAVPF 0\n")]
    [InlineData("\r\n\r\nv=0\r\nm=audio 9 RTP/SAVPF 0")]
    [InlineData("v=0 \n\nm=audio  9/2  RTP/SAVPF  0  \n\n")]
    public void TryParse_SloppyLayout_IsRead(string text)
    {
        Assert.Equal("audio", SdpSamples.Parse(text).Sections[0].KindName);
    }

    [Fact]
    public void Write_EverySample_ReadsBackTheSame()
    {
        foreach (var text in SdpSamples.All)
        {
            var written = SdpSamples.Parse(text).Write();

            Assert.Equal(written, SdpSamples.Parse(written).Write());
        }
    }

    private const string DependencyDescriptor =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
}
