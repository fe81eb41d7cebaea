using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Testing.Clients;
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
            Codec = SimulatedPeers.Opus,
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
            Codec = SimulatedPeers.Vp8,
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
