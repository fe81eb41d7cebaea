using System.Collections.Immutable;
using System.Globalization;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;

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

            failure = ReceivedSection.Read(offer, index, policy, kept: null, out var received);
            if (failure is not null)
            {
                return Refuse(failure);
            }

            sections.Add(received!.Answer());
            media.Add(received.Agree());
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
