using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>An offered section as this end sends in it.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Offered">The section.</param>
/// <param name="Track">The track it gets.</param>
/// <param name="Codec">The format.</param>
/// <param name="Extensions">The header extensions.</param>
internal sealed record SentSection(
    SessionDescription Offer,
    MediaSection Offered,
    PlayableTrack Track,
    SectionCodec Codec,
    SectionExtensions Extensions
)
{
    /// <summary>Chooses the format of a track in a section, or says why there is none.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="offered">The section.</param>
    /// <param name="track">The track.</param>
    /// <param name="place">Where the section stands.</param>
    /// <param name="sent">The outcome.</param>
    public static NegotiationFailure? Read(
        SessionDescription offer,
        MediaSection offered,
        PlayableTrack track,
        SectionPlace place,
        out SentSection? sent
    )
    {
        sent = null;
        if (Choose(offered, track) is not { } chosen)
        {
            var codec = track.Codec;
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(offered)} offers {CodecCatalog.Describe(offered)}; the stream's {CodecCatalog.NameOf(track.Kind)} is {CodecCatalog.Describe(codec.Name, codec.Kind, codec.Format)}."
            );
        }

        var extensions = place.IsInSession
            ? SectionExtensions.ForSession(offer, offered, chosen)
            : SectionExtensions.ForEgress(offer, offered, chosen);
        extensions = place.Kept is { } kept ? extensions.Only(kept.Extensions) : extensions;
        var hasTransportCc = extensions.Map.TransportSequence != 0;
        var section = SectionCodec.Create(
            offered,
            chosen,
            canUseTransportCc: hasTransportCc,
            track.Codec.RedPayloadType is null ? RedundancyRule.Never : RedundancyRule.Offered
        );
        sent = new(offer, offered, track, section, extensions);
        return null;
    }

    /// <summary>The section of the answer, with the sources that will come.</summary>
    public MediaSection Answer(PlayPolicy policy) =>
        PlayedSources.Declare(
            AnswerSections.Accept(Offered, SdpDirection.SendOnly, Codec, Extensions),
            Track,
            Codec.Codec,
            policy
        );

    /// <summary>What is agreed.</summary>
    /// <param name="trackIndex">The track's index among those that were given.</param>
    /// <param name="msid">Its stream and track as the answer names them.</param>
    public MediaAgreement Agree(int trackIndex, string? msid) =>
        new()
        {
            Mid = OfferedSections.MidOf(Offered),
            Kind = Track.Kind,
            Codec = Codec.Codec,
            TelephoneEventPayloadType = Codec.TelephoneEvents,
            Extensions = Extensions.Map,
            RemoteSources = OfferedSources.Read(Offered),
            LocalSsrc = Track.LocalSsrc,
            LocalRtxSsrc = Codec.Codec.RtxPayloadType is null ? null : Track.LocalRtxSsrc,
            UsesExtmapAllowMixed = Offer.AllowsMixedExtensions || Offered.AllowsMixedExtensions,
            ReducedSizeRtcp = Offered.HasReducedSizeRtcp,
            Msid = msid,
            TrackIndex = trackIndex,
        };

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
}
