using System.Collections.Immutable;

namespace Control.Contract;

/// <summary>Counters of one track of a session, from the session's start.</summary>
/// <param name="Mid">The m-section.</param>
/// <param name="Kind">"audio" or "video".</param>
/// <param name="Codec">The codec's name as in SDP.</param>
/// <param name="Packets">RTP packets received (publisher) or sent (player).</param>
/// <param name="Bytes">Their bytes, header included, without SRTP tag.</param>
/// <param name="PacketsLost">Packets that never came, as far as reported.</param>
/// <param name="KeyFrames">Key frames that passed.</param>
/// <param name="Layer">The layer played now, or the layers that arrive, comma-separated.</param>
public sealed record TrackReport(
    string Mid,
    string Kind,
    string Codec,
    long Packets,
    long Bytes,
    long PacketsLost,
    long KeyFrames,
    string Layer
)
{
    /// <summary>Of a played track: the index of its section among all of the offer's, which has more where the stream
    /// has no track for one; null where a node does not say.</summary>
    public int? LineIndex { get; init; }

    /// <summary>Of a played track: "network" while it is not sent for want of bandwidth; null otherwise.</summary>
    public string? Paused { get; init; }

    /// <summary>Of a played track: what the publisher sends of it, the lowest first; null where there is nothing to
    /// choose among, neither simulcast layers nor layers within the stream.</summary>
    public ImmutableArray<LayerReport>? Layers { get; init; }
}
