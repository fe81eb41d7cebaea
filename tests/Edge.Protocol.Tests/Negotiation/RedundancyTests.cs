using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;
using Xunit;
using static Edge.Protocol.Tests.Negotiation.NegotiationSamples;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>Redundant Opus in offers and answers (RFC 2198 §5).</summary>
public sealed class RedundancyTests
{
    private const string Behind = "111 63";
    private const string InFront = "63 111";

    [Theory]
    [InlineData(InFront, "111/111", 63, InFront)]
    [InlineData(InFront, "111", 63, InFront)]
    [InlineData(Behind, "111/111", null, "111")]
    [InlineData(InFront, "111/0", null, "111")]
    [InlineData(InFront, "0/111", null, "111")]
    [InlineData(InFront, "", null, "111")]
    [InlineData(InFront, "111/", null, "111")]
    public void Publish_Redundancy_OnlyWherePreferredAndOfOpusAlone(
        string formats,
        string madeOf,
        int? agreed,
        string answered
    )
    {
        var result = Agreed(Publish(Offer(formats, madeOf, "sendonly")));
        var media = Assert.Single(result.Agreement.Media);
        Assert.Equal(new PayloadType(111), media.Codec.PayloadType);
        Assert.Equal(agreed, media.Codec.RedPayloadType?.Value);
        Assert.Equal(answered, string.Join(' ', Parse(result.AnswerSdp).Sections[0].Formats));
    }

    [Theory]
    [InlineData(true, 63)]
    [InlineData(false, null)]
    public void Play_Redundancy_WhereTheTrackHasIt(bool hasIt, int? agreed)
    {
        var codec = new NegotiatedCodec(
            CodecKind.Opus,
            new(96),
            RtxPayloadType: null,
            48_000,
            "opus",
            Format: null
        )
        {
            Channels = 2,
            RedPayloadType = hasIt ? new(97) : null,
        };
        var track = new PlayableTrack(MediaKind.Audio, codec, "sound", new(1), new(2));
        var result = Agreed(Play(Offer(Behind, "111/111", "recvonly"), track));
        var media = Assert.Single(result.Agreement.Media);
        Assert.Equal(agreed, media.Codec.RedPayloadType?.Value);
        Assert.Equal(
            hasIt,
            result.AnswerSdp.Contains("a=fmtp:63 111/111", StringComparison.Ordinal)
        );
    }

    /// <summary>Number 63 for redundancy and for a picture format in one bundle.</summary>
    [Fact]
    public void Publish_NumberOfRedundancyWithTwoMeanings_Malformed()
    {
        var offer = Offer(InFront, "111/111", "sendonly")
            .Replace("a=group:BUNDLE 0", "a=group:BUNDLE 0 1", StringComparison.Ordinal);
        var video = offer[offer.IndexOf("m=audio", StringComparison.Ordinal)..]
            .Replace(
                "m=audio 9 UDP/TLS/RTP/SAVPF 63 111",
                "m=video 9 UDP/TLS/RTP/SAVPF 63",
                StringComparison.Ordinal
            )
            .Replace("a=mid:0", "a=mid:1", StringComparison.Ordinal)
            .Replace("a=rtpmap:63 red/48000/2", "a=rtpmap:63 VP8/90000", StringComparison.Ordinal);
        var refused = Refused(Publish(offer + video));
        Assert.Contains("payload type 63", refused.Sentence, StringComparison.Ordinal);
    }

    private static string Offer(string formats, string madeOf, string direction)
    {
        string[] lines =
        [
            "v=0",
            "o=- 1 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            $"m=audio 9 UDP/TLS/RTP/SAVPF {formats}",
            "c=IN IP4 0.0.0.0",
            "a=mid:0",
            $"a={direction}",
            "a=rtcp-mux",
            "a=ice-ufrag:abcd",
            "a=ice-pwd:abcdefghijklmnopqrstuvwx",
            "a=fingerprint:sha-256 " + string.Join(':', Enumerable.Repeat("AB", 32)),
            "a=setup:actpass",
            "a=rtpmap:111 opus/48000/2",
            "a=rtpmap:63 red/48000/2",
            madeOf.Length == 0 ? "a=rtcp-rsize" : $"a=fmtp:63 {madeOf}",
        ];
        return string.Join("\r\n", lines) + "\r\n";
    }
}
