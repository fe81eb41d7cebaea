using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>What became of a request for tracks.</summary>
/// <param name="Tracks">The items in the request's order; with automatic discovery, one for each new
/// sending section.</param>
/// <param name="Description">The answer to the client's offer, or an offer of ours; null when no SDP
/// changed.</param>
public sealed record TracksOutcome(
    ImmutableArray<TrackOutcome> Tracks,
    SessionSdp? Description = null
)
{
    /// <summary>Whether the client has to answer an offer of ours.</summary>
    public bool RequiresRenegotiation => Description is { IsOffer: true };
}
