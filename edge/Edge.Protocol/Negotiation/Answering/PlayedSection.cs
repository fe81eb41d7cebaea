using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>A section of an offer to play and the track it gets.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Offered">The section.</param>
/// <param name="Track">The track.</param>
/// <param name="TrackIndex">Its index among the playable ones.</param>
/// <param name="Policy">The names to write.</param>
internal sealed record PlayedSection(
    SessionDescription Offer,
    MediaSection Offered,
    PlayableTrack Track,
    int TrackIndex,
    PlayPolicy Policy
)
{
    /// <summary>What is agreed for it.</summary>
    public MediaAgreement Agree(SectionCodec codec, SectionExtensions extensions, string msid) =>
        new()
        {
            Mid = OfferedSections.MidOf(Offered),
            Kind = Track.Kind,
            Codec = codec.Codec,
            TelephoneEventPayloadType = codec.TelephoneEvents,
            Extensions = extensions.Map,
            RemoteSources = OfferedSources.Read(Offered),
            LocalSsrc = Track.LocalSsrc,
            LocalRtxSsrc = codec.Codec.RtxPayloadType is null ? null : Track.LocalRtxSsrc,
            UsesExtmapAllowMixed = Offer.AllowsMixedExtensions || Offered.AllowsMixedExtensions,
            ReducedSizeRtcp = Offered.HasReducedSizeRtcp,
            Msid = msid,
            TrackIndex = TrackIndex,
        };
}
