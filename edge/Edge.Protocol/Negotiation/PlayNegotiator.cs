using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation;

/// <summary>Answers offers to play (WHEP, draft-ietf-wish-whep).</summary>
/// <remarks>
/// Sections take the tracks of their kind in order. One without a track stays in the bundle, inactive,
/// because the player may have tagged it; one that this server has no format for is refused singly. A
/// section whose track it cannot decode refuses the whole offer and names both lists.
/// </remarks>
public static class PlayNegotiator
{
    /// <summary>Answers an offer, or says why not.</summary>
    public static NegotiationResult<PlayAgreement> Answer(
        SessionDescription offer,
        IReadOnlyList<PlayableTrack> tracks,
        LocalTransportDescription local,
        PlayPolicy policy
    )
    {
        var failure = OfferedSections.Check(offer);
        if (failure is not null)
        {
            return Refuse(failure);
        }

        var media = ImmutableArray.CreateBuilder<MediaAgreement>();
        var sections = ImmutableArray.CreateBuilder<MediaSection>(offer.Sections.Length);
        var isTaken = new bool[tracks.Count];
        foreach (var offered in offer.Sections)
        {
            var trackIndex = FindTrack(offered, tracks, isTaken);
            if (trackIndex < 0)
            {
                sections.Add(AnswerIdle(offer, offered));
                continue;
            }

            isTaken[trackIndex] = true;
            failure = AnswerSection(
                new(offer, offered, tracks[trackIndex], trackIndex, policy),
                out var section,
                out var agreement
            );
            if (failure is not null)
            {
                return Refuse(failure);
            }

            sections.Add(section!);
            media.Add(agreement!);
        }

        return media.Count == 0
            ? Refuse(NothingToPlay(offer, tracks))
            : Conclude(offer, sections.MoveToImmutable(), media.ToImmutable(), local);
    }

    private static NegotiationResult<PlayAgreement> Conclude(
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
        return new NegotiationResult<PlayAgreement>.Agreed(new(remote, media), answer.Write());
    }

    /// <summary>The next track of the section's kind; -1 when the section does not ask for one.</summary>
    private static int FindTrack(
        MediaSection offered,
        IReadOnlyList<PlayableTrack> tracks,
        bool[] isTaken
    )
    {
        if (!OfferedSections.IsMedia(offered) || !offered.Direction.Receives())
        {
            return -1;
        }

        for (var index = 0; index < tracks.Count; index++)
        {
            if (!isTaken[index] && tracks[index].Kind == CodecCatalog.MediaOf(offered))
            {
                return index;
            }
        }

        return -1;
    }

    private static NegotiationFailure? AnswerSection(
        PlayedSection played,
        out MediaSection? section,
        out MediaAgreement? agreement
    )
    {
        section = null;
        agreement = null;
        var (offer, offered, track, _, policy) = played;
        if (Choose(offered, track) is not { } chosen)
        {
            var codec = track.Codec;
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} offers {CodecCatalog.Describe(offered)}; the stream's {CodecCatalog.NameOf(track.Kind)} is {CodecCatalog.Describe(codec.Name, codec.Kind, codec.Format)}."
            );
        }

        var extensions = SectionExtensions.ForEgress(offer, offered, chosen);
        var sectionCodec = SectionCodec.Create(
            offered,
            chosen,
            canUseTransportCc: extensions.Map.TransportSequence != 0
        );
        var accepted = AnswerSections.Accept(
            offered,
            SdpDirection.SendOnly,
            sectionCodec,
            extensions
        );
        section = PlayedSources.Declare(accepted, track, sectionCodec.Codec, policy);
        agreement = played.Agree(sectionCodec, extensions, section.Msid!.ToString());
        return null;
    }

    /// <summary>The line that is the stream's own format, else the first that covers it.</summary>
    private static SdpCodec? Choose(MediaSection offered, PlayableTrack track)
    {
        SdpCodec? chosen = null;
        var best = CodecFit.None;
        foreach (var codec in offered.Codecs)
        {
            var fit = CodecMatch.Of(track.Codec, track.Kind, codec);
            if (fit > best)
            {
                chosen = codec;
                best = fit;
            }
        }

        return chosen;
    }

    /// <summary>A section that nothing is sent in: inactive with a format, so that it can stay in the
    /// bundle whichever section is its tag; refused where there is no format to name.</summary>
    private static MediaSection AnswerIdle(SessionDescription offer, MediaSection offered)
    {
        if (!OfferedSections.IsMedia(offered) || CodecCatalog.FirstMain(offered) is not { } codec)
        {
            return AnswerSections.Reject(offered);
        }

        var extensions = SectionExtensions.ForEgress(offer, offered, codec);
        var sectionCodec = SectionCodec.Create(
            offered,
            codec,
            canUseTransportCc: extensions.Map.TransportSequence != 0
        );
        return AnswerSections.Accept(offered, SdpDirection.Inactive, sectionCodec, extensions);
    }

    private static NegotiationFailure NothingToPlay(
        SessionDescription offer,
        IReadOnlyList<PlayableTrack> tracks
    )
    {
        var asked = new List<string>();
        foreach (var section in offer.Sections)
        {
            if (OfferedSections.IsMedia(section))
            {
                asked.Add($"{section.KindName} {section.Direction.ToWord()}");
            }
        }

        var has = new List<string>();
        foreach (var track in tracks)
        {
            has.Add($"{CodecCatalog.NameOf(track.Kind)} {track.Codec.Name}");
        }

        var stream = has.Count == 0 ? "no track" : string.Join(", ", has);
        return NegotiationFailure.Unsupported(
            $"The offer has {string.Join(", ", asked)}; the stream has {stream}: nothing of it can be played."
        );
    }

    private static NegotiationResult<PlayAgreement>.Refused Refuse(NegotiationFailure failure) =>
        new(failure.Kind, failure.Sentence);
}
