using Edge.Protocol.Negotiation;
using Edge.Testing;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>Our answers to the offers of real clients and of those shaped after them.</summary>
public sealed class AnswerGoldenTests
{
    [Theory]
    [InlineData("chrome156", "A", "sdp/publish-chrome156-simulcast.txt")]
    [InlineData("chrome156", "B", "sdp/publish-chrome156-recvonly-refused.txt")]
    [InlineData("chrome156", "C", "sdp/publish-chrome156-data-refused.txt")]
    [InlineData("chrome156", "D", "sdp/publish-chrome156-vp9.txt")]
    [InlineData("firefox153", "A", "sdp/publish-firefox153-simulcast.txt")]
    [InlineData("firefox153", "B", "sdp/publish-firefox153-recvonly-refused.txt")]
    [InlineData("firefox153", "C", "sdp/publish-firefox153-data-refused.txt")]
    [InlineData("firefox153", "D", "sdp/publish-firefox153-vp9.txt")]
    public void Publish_CapturedOffer_Answered(string browser, string name, string golden)
    {
        var result = NegotiationSamples.Publish(CapturedOffers.Read(browser, name));

        Golden.Match(golden, AgreementText.Of(result));
    }

    [Theory]
    [InlineData("obs", "sdp/publish-obs.txt")]
    [InlineData("obs-simulcast", "sdp/publish-obs-simulcast.txt")]
    [InlineData("obs-av1", "sdp/publish-obs-av1.txt")]
    [InlineData("ffmpeg8", "sdp/publish-ffmpeg8.txt")]
    [InlineData("ffmpeg8-video", "sdp/publish-ffmpeg8-video.txt")]
    [InlineData("ffmpeg-newer", "sdp/publish-ffmpeg-newer.txt")]
    [InlineData("gstreamer", "sdp/publish-gstreamer.txt")]
    [InlineData("aiortc", "sdp/publish-aiortc.txt")]
    [InlineData("libdatachannel", "sdp/publish-libdatachannel.txt")]
    [InlineData("safari", "sdp/publish-safari.txt")]
    public void Publish_ShapedOffer_Answered(string name, string golden)
    {
        var result = NegotiationSamples.Publish(ShapedOffers.All[name]);

        Golden.Match(golden, AgreementText.Of(result));
    }

    [Theory]
    [InlineData("chrome156", CodecKind.Vp8, null, "sdp/play-chrome156-vp8.txt")]
    [InlineData(
        "chrome156",
        CodecKind.H264,
        NegotiationSamples.H264Baseline,
        "sdp/play-chrome156-h264.txt"
    )]
    [InlineData(
        "chrome156",
        CodecKind.H264,
        "profile-level-id=422001f;packetization-mode=1",
        "sdp/play-chrome156-h264-ffmpeg.txt"
    )]
    [InlineData(
        "chrome156",
        CodecKind.H264,
        NegotiationSamples.H264High,
        "sdp/play-chrome156-h264-high.txt"
    )]
    [InlineData("chrome156", CodecKind.H265, null, "sdp/play-chrome156-h265-refused.txt")]
    [InlineData("chrome156", CodecKind.Av1, null, "sdp/play-chrome156-av1.txt")]
    [InlineData("firefox153", CodecKind.Vp8, null, "sdp/play-firefox153-vp8.txt")]
    [InlineData(
        "firefox153",
        CodecKind.H264,
        NegotiationSamples.H264Baseline,
        "sdp/play-firefox153-h264-refused.txt"
    )]
    public void Play_CapturedOffer_Answered(
        string browser,
        CodecKind video,
        string? format,
        string golden
    )
    {
        var result = NegotiationSamples.Play(
            CapturedOffers.Read(browser, "B"),
            NegotiationSamples.Audio(),
            NegotiationSamples.Video(video, format)
        );

        Golden.Match(golden, AgreementText.Of(result));
    }

    [Fact]
    public void Play_SafariOffer_HighStreamGetsItsProfile()
    {
        var result = NegotiationSamples.Play(
            ShapedOffers.SafariPlay,
            NegotiationSamples.Audio(),
            NegotiationSamples.Video(CodecKind.H264, NegotiationSamples.H264High)
        );

        Golden.Match("sdp/play-safari-h264-high.txt", AgreementText.Of(result));
    }

    [Fact]
    public void Play_StreamWithoutSound_KeepsTheSectionInactive()
    {
        var result = NegotiationSamples.Play(
            CapturedOffers.Read("chrome156", "B"),
            NegotiationSamples.Video(CodecKind.Vp8)
        );

        Golden.Match("sdp/play-chrome156-video-only.txt", AgreementText.Of(result));
    }

    [Fact]
    public void Publish_SeveralAddressesAndTcp_UdpFirst()
    {
        var local = NegotiationSamples.Local with
        {
            TcpCandidateAddresses = [NegotiationSamples.Address("192.0.2.1:7000")],
        };
        var result = PublishNegotiator.Answer(
            NegotiationSamples.Parse(ShapedOffers.Ffmpeg8VideoOnly),
            local,
            PublishPolicy.Default
        );

        Golden.Match("sdp/publish-ffmpeg8-video-tcp.txt", AgreementText.Of(result));
    }
}
