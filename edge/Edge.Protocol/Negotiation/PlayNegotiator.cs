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
                sections.Add(IdleSection.Answer(offer, offered, isInSession: false));
                continue;
            }

            isTaken[trackIndex] = true;
            var track = tracks[trackIndex];
            failure = SentSection.Read(offer, offered, track, default, out var sent);
            if (failure is not null)
            {
                return Refuse(failure);
            }

            var section = sent!.Answer(policy);
            sections.Add(section);
            media.Add(
                sent.Agree(trackIndex, section.Msid?.ToString()) with
                {
                    LineIndex = sections.Count - 1,
                }
            );
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
