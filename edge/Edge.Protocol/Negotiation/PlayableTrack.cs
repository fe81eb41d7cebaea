using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Protocol.Negotiation;

/// <summary>A track that a player may get.</summary>
/// <param name="Kind">Sound or pictures.</param>
/// <param name="Codec">The publisher's format with its parameters; its numbers do not matter.</param>
/// <param name="TrackId">The track's id in <c>a=msid</c>.</param>
/// <param name="LocalSsrc">The SSRC it is sent with to this player.</param>
/// <param name="LocalRtxSsrc">The SSRC of its retransmissions to this player.</param>
public sealed record PlayableTrack(
    MediaKind Kind,
    NegotiatedCodec Codec,
    string TrackId,
    Ssrc LocalSsrc,
    Ssrc LocalRtxSsrc
)
{
    /// <summary>The media stream's id in <c>a=msid</c> where tracks have one each (sessions): those of one
    /// stream are played in sync. Null for one of its own.</summary>
    public string? StreamId { get; init; }
}
