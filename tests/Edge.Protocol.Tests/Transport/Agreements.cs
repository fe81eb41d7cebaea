using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Payload;

namespace Edge.Protocol.Tests.Transport;

/// <summary>Agreements as a negotiation would leave them.</summary>
internal static class Agreements
{
    public static readonly HeaderExtensionMap Extensions = new()
    {
        Mid = 4,
        Rid = 10,
        RepairedRid = 11,
        TransportSequence = 3,
        AbsoluteSendTime = 2,
    };

    public static MediaAgreement Audio { get; } =
        new()
        {
            Mid = Mid.Create("0"),
            Kind = MediaKind.Audio,
            Codec = new NegotiatedCodec(
                CodecKind.Opus,
                new PayloadType(111),
                null,
                48_000,
                "opus",
                null
            ),
            Extensions = Extensions,
            ReducedSizeRtcp = true,
        };

    public static MediaAgreement AudioWithEvents { get; } =
        Audio with
        {
            TelephoneEventPayloadType = new PayloadType(110),
        };

    public static MediaAgreement Video { get; } =
        new()
        {
            Mid = Mid.Create("1"),
            Kind = MediaKind.Video,
            Codec = new NegotiatedCodec(
                CodecKind.Vp8,
                new PayloadType(96),
                new PayloadType(97),
                90_000,
                "VP8",
                null
            )
            {
                HasNack = true,
                HasPli = true,
                HasTransportCc = true,
            },
            Extensions = Extensions,
            ReducedSizeRtcp = true,
        };

    /// <summary>Losses are reported, but retransmissions have no format of their own.</summary>
    public static MediaAgreement VideoWithoutRtx { get; } =
        Video with
        {
            Codec = Video.Codec with { RtxPayloadType = null },
        };

    public static ImmutableArray<MediaAgreement> AudioVideo { get; } = [Audio, Video];

    public static MediaAgreement Simulcast { get; } =
        Video with
        {
            Rids = [Rid.Create("q"), Rid.Create("h"), Rid.Create("f")],
        };
}
