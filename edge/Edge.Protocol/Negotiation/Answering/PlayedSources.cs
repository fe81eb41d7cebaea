using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Declares what a player will receive.</summary>
internal static class PlayedSources
{
    private const string Retransmission = "FID";

    /// <summary>Adds stream, track and sources. Each member of the group has a line of its own, because
    /// Chrome refuses a group of sources that it does not know.</summary>
    public static MediaSection Declare(
        MediaSection section,
        PlayableTrack track,
        NegotiatedCodec codec,
        PlayPolicy policy
    )
    {
        var declared = section with
        {
            Msid = new(policy.StreamId, track.TrackId),
            Ssrcs = [new(track.LocalSsrc, policy.Cname, null)],
        };
        return codec.RtxPayloadType is null
            ? declared
            : declared with
            {
                Ssrcs = declared.Ssrcs.Add(new(track.LocalRtxSsrc, policy.Cname, null)),
                SsrcGroups = [new(Retransmission, [track.LocalSsrc, track.LocalRtxSsrc])],
            };
    }
}
