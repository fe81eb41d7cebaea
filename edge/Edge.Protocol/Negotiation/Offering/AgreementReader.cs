using System.Collections.Immutable;
using Edge.Protocol.Dtls;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Offering;

/// <summary>Reads, on the side that made the offer, what an answer agrees on.</summary>
public static class AgreementReader
{
    /// <summary>What the answer to an offer to publish agrees on.</summary>
    public static NegotiationResult<PublishAgreement> ReadPublish(
        SessionDescription offer,
        SessionDescription answer
    )
    {
        var failure = Read(offer, answer, SdpDirection.SendOnly, out var remote, out var media);
        return failure is null
            ? new NegotiationResult<PublishAgreement>.Agreed(new(remote!, media), answer.Write())
            : new NegotiationResult<PublishAgreement>.Refused(failure.Kind, failure.Sentence);
    }

    /// <summary>What the answer to an offer to play agrees on.</summary>
    public static NegotiationResult<PlayAgreement> ReadPlay(
        SessionDescription offer,
        SessionDescription answer
    )
    {
        var failure = Read(offer, answer, SdpDirection.ReceiveOnly, out var remote, out var media);
        return failure is null
            ? new NegotiationResult<PlayAgreement>.Agreed(new(remote!, media), answer.Write())
            : new NegotiationResult<PlayAgreement>.Refused(failure.Kind, failure.Sentence);
    }

    private static NegotiationFailure? Read(
        SessionDescription offer,
        SessionDescription answer,
        SdpDirection localDirection,
        out RemoteTransport? remote,
        out ImmutableArray<MediaAgreement> media
    )
    {
        remote = null;
        media = [];
        if (answer.Sections.Length != offer.Sections.Length)
        {
            return NegotiationFailure.Malformed(
                $"The answer has {answer.Sections.Length} sections for {offer.Sections.Length} of the offer."
            );
        }

        var agreements = ImmutableArray.CreateBuilder<MediaAgreement>();
        for (var index = 0; index < answer.Sections.Length; index++)
        {
            var pair = new AnsweredSection(offer, answer, index, localDirection);
            if (!pair.HasMedia)
            {
                continue;
            }

            if (pair.Agree() is not { } agreement)
            {
                return NegotiationFailure.Malformed(
                    $"{SectionText.Of(pair.Answered)} of the answer has no format of the offer."
                );
            }

            agreements.Add(agreement);
        }

        if (agreements.Count == 0 && !HasDataChannels(answer))
        {
            return NegotiationFailure.Unsupported("The answer accepts no section.");
        }

        media = agreements.ToImmutable();
        return ReadTransport(answer, out remote);
    }

    private static bool HasDataChannels(SessionDescription answer)
    {
        foreach (var section in answer.Sections)
        {
            if (section.Kind == SdpMediaKind.Application && section.Port != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static NegotiationFailure? ReadTransport(
        SessionDescription answer,
        out RemoteTransport? remote
    )
    {
        remote = null;
        var tagged = AnswerSections.Tagged(answer, answer.Sections);
        if (tagged.Setup is not (SdpSetup.Active or SdpSetup.Passive))
        {
            return NegotiationFailure.Malformed(
                $"{SectionText.Of(tagged)} of the answer says neither a=setup:active nor passive."
            );
        }

        var role = tagged.Setup == SdpSetup.Passive ? DtlsRole.Client : DtlsRole.Server;
        return OfferedTransport.Read(answer, tagged, role, out remote);
    }
}
