using System.Collections.Immutable;
using System.Globalization;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation;

/// <summary>Answers offers to publish (WHIP, RFC 9725).</summary>
/// <remarks>
/// Each section with sound or pictures is accepted with one format, so that what arrives is known; data
/// channels and sections that the offer disables itself are refused singly. Anything else that does not
/// fit refuses the whole offer (RFC 9725 §4.4.3).
/// </remarks>
public static class PublishNegotiator
{
    /// <summary>Answers an offer, or says why not.</summary>
    public static NegotiationResult<PublishAgreement> Answer(
        SessionDescription offer,
        LocalTransportDescription local,
        PublishPolicy policy
    )
    {
        var failure = OfferedSections.Check(offer) ?? CheckTrackCounts(offer, policy);
        if (failure is not null)
        {
            return Refuse(failure);
        }

        var media = ImmutableArray.CreateBuilder<MediaAgreement>();
        var sections = ImmutableArray.CreateBuilder<MediaSection>(offer.Sections.Length);
        for (var index = 0; index < offer.Sections.Length; index++)
        {
            var offered = offer.Sections[index];
            if (!OfferedSections.IsMedia(offered))
            {
                sections.Add(AnswerSections.Reject(offered));
                continue;
            }

            failure = AnswerSection(offer, index, policy, out var section, out var agreement);
            if (failure is not null)
            {
                return Refuse(failure);
            }

            sections.Add(section!);
            media.Add(agreement!);
        }

        return Conclude(offer, sections.MoveToImmutable(), media.ToImmutable(), local);
    }

    private static NegotiationResult<PublishAgreement> Conclude(
        SessionDescription offer,
        ImmutableArray<MediaSection> sections,
        ImmutableArray<MediaAgreement> media,
        LocalTransportDescription local
    )
    {
        var tagged = AnswerSections.Tagged(offer, sections);
        var failure = OfferedTransport.Read(offer, tagged, local.IsIceLite, out var remote);
        failure ??= BundleConsistency.Check(media);
        if (failure is not null)
        {
            return Refuse(failure);
        }

        var setup = TransportLines.SetupOf(remote!.LocalDtlsRole);
        var answer = AnswerSections.Complete(offer, sections, local, setup);
        return new NegotiationResult<PublishAgreement>.Agreed(new(remote, media), answer.Write());
    }

    private static NegotiationFailure? AnswerSection(
        SessionDescription offer,
        int index,
        PublishPolicy policy,
        out MediaSection? section,
        out MediaAgreement? agreement
    )
    {
        section = null;
        agreement = null;
        var offered = offer.Sections[index];
        if (!offered.Direction.Sends())
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} is {offered.Direction.ToWord()}; to publish it has to be sendonly or sendrecv."
            );
        }

        var media = CodecCatalog.MediaOf(offered);
        if (Choose(offered, media, policy) is not { } chosen)
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} offers {CodecCatalog.Describe(offered)}; this server takes {CodecCatalog.SupportedOf(media)}."
            );
        }

        var extensions = SectionExtensions.ForIngest(offer, offered, chosen, policy);
        var codec = SectionCodec.Create(
            offered,
            chosen,
            canUseTransportCc: extensions.Map.TransportSequence != 0
        );
        var failure = PublishedLayers.Read(offered, extensions.Map, policy, out var rids);
        if (failure is not null)
        {
            return failure;
        }

        section = PublishedLayers.Answer(
            AnswerSections.Accept(offered, SdpDirection.ReceiveOnly, codec, extensions),
            rids,
            hasSimulcastLine: offered.Simulcast is { Send.IsEmpty: false }
        );
        agreement = new()
        {
            Mid = OfferedSections.MidOf(offered),
            Kind = media,
            Codec = codec.Codec,
            TelephoneEventPayloadType = codec.TelephoneEvents,
            Extensions = extensions.Map,
            Rids = rids,
            RemoteSources = OfferedSources.Read(offered),
            UsesExtmapAllowMixed = offer.AllowsMixedExtensions || offered.AllowsMixedExtensions,
            ReducedSizeRtcp = offered.HasReducedSizeRtcp,
            Msid = OfferedSources.MsidOf(offered),
            TrackIndex = index,
        };
        return null;
    }

    /// <summary>The policy's favourite if offered, else the offer's first known format.</summary>
    private static SdpCodec? Choose(MediaSection offered, MediaKind media, PublishPolicy policy)
    {
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

    private static NegotiationFailure? CheckTrackCounts(
        SessionDescription offer,
        PublishPolicy policy
    )
    {
        var audio = 0;
        var video = 0;
        foreach (var section in offer.Sections)
        {
            if (!OfferedSections.IsMedia(section))
            {
                continue;
            }

            var count = section.Kind == SdpMediaKind.Audio ? ++audio : ++video;
            if (count > policy.TracksPerKindMax)
            {
                return NegotiationFailure.Unsupported(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{SectionText.Of(section)} is {section.KindName} track number {count}; a stream has at most {policy.TracksPerKindMax}."
                    )
                );
            }
        }

        return null;
    }

    private static NegotiationResult<PublishAgreement>.Refused Refuse(NegotiationFailure failure) =>
        new(failure.Kind, failure.Sentence);
}
