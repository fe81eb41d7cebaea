using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>Asks to publish or to pull tracks: all of one location.</summary>
/// <param name="Session">The session.</param>
/// <param name="Tracks">The items; empty with <paramref name="DiscoversTracks"/>.</param>
/// <param name="Offer">The client's offer; null when the server is to write one, or none is needed.</param>
/// <param name="DiscoversTracks">Whether every new sending section of the offer becomes a track under a
/// name the server draws.</param>
public sealed record NewTracksRequest(
    SessionKey Session,
    ImmutableArray<TrackRequest> Tracks,
    SessionSdp? Offer,
    bool DiscoversTracks
);
