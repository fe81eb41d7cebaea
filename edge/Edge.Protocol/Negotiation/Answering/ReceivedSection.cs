using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>An offered section as this end receives it.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Index">Which section of it.</param>
/// <param name="Codec">The one format.</param>
/// <param name="Extensions">The header extensions.</param>
/// <param name="Rids">The simulcast layers; empty without.</param>
internal sealed record ReceivedSection(
    SessionDescription Offer,
    int Index,
    SectionCodec Codec,
    SectionExtensions Extensions,
    ImmutableArray<Rid> Rids
)
{
    private MediaSection Offered => Offer.Sections[Index];

    /// <summary>Chooses what to take of a section, or says why nothing can be taken.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="index">Which section of it.</param>
    /// <param name="policy">What is taken.</param>
    /// <param name="kept">The format that the section has already; it stays if it is offered again.</param>
    /// <param name="received">The outcome.</param>
    public static NegotiationFailure? Read(
        SessionDescription offer,
        int index,
        PublishPolicy policy,
        NegotiatedCodec? kept,
        out ReceivedSection? received
    )
    {
        received = null;
        var offered = offer.Sections[index];
        if (!offered.Direction.Sends())
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} is {offered.Direction.ToWord()}; to publish it has to be sendonly or sendrecv."
            );
        }

        var media = CodecCatalog.MediaOf(offered);
        if (Choose(offered, media, policy, kept) is not { } chosen)
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} offers {CodecCatalog.Describe(offered)}; this server takes {CodecCatalog.SupportedOf(media)}."
            );
        }

        var extensions = SectionExtensions.ForIngest(offer, offered, chosen, policy);
        var failure = PublishedLayers.Read(offered, extensions.Map, policy, out var rids);
        if (failure is not null)
        {
            return failure;
        }

        var hasTransportCc = extensions.Map.TransportSequence != 0;
        var codec = SectionCodec.Create(
            offered,
            chosen,
            canUseTransportCc: hasTransportCc,
            RedundancyRule.Preferred,
            takesLimit: true
        );
        received = new(offer, index, codec, extensions, rids);
        return null;
    }

    /// <summary>The section of the answer.</summary>
    public MediaSection Answer() =>
        PublishedLayers.Answer(
            AnswerSections.Accept(Offered, SdpDirection.ReceiveOnly, Codec, Extensions),
            Rids,
            hasSimulcastLine: Offered.Simulcast is { Send.IsEmpty: false }
        );

    /// <summary>What is agreed.</summary>
    public MediaAgreement Agree() =>
        new()
        {
            Mid = OfferedSections.MidOf(Offered),
            Kind = CodecCatalog.MediaOf(Offered),
            Codec = Codec.Codec,
            TelephoneEventPayloadType = Codec.TelephoneEvents,
            Extensions = Extensions.Map,
            Rids = Rids,
            RemoteSources = OfferedSources.Read(Offered),
            UsesExtmapAllowMixed = Offer.AllowsMixedExtensions || Offered.AllowsMixedExtensions,
            ReducedSizeRtcp = Offered.HasReducedSizeRtcp,
            Msid = OfferedSources.MsidOf(Offered),
            TrackIndex = Index,
        };

    /// <summary>What the section has already, else the policy's favourite, else the offer's first known
    /// format.</summary>
    private static SdpCodec? Choose(
        MediaSection offered,
        MediaKind media,
        PublishPolicy policy,
        NegotiatedCodec? kept
    )
    {
        foreach (var codec in offered.Codecs)
        {
            if (
                codec.PayloadType == kept?.PayloadType
                && CodecCatalog.KindOf(media, codec) == kept.Kind
            )
            {
                return codec;
            }
        }

        foreach (var preferred in policy.PreferredCodecs)
        {
            foreach (var codec in offered.Codecs)
            {
                if (
                    CodecCatalog.IsMain(preferred)
                    && CodecCatalog.KindOf(media, codec) == preferred
                )
                {
                    return codec;
                }
            }
        }

        return CodecCatalog.FirstMain(offered);
    }
}
