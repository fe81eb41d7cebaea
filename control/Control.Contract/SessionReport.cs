using System.Collections.Immutable;

namespace Control.Contract;

/// <summary>What is known of a session.</summary>
/// <param name="Stream">The stream it publishes or plays.</param>
/// <param name="IsPublisher">Whether it publishes.</param>
/// <param name="State">"new", "connecting", "connected" or "closed".</param>
/// <param name="IceTag">The name of the current ICE session.</param>
/// <param name="Tracks">Its tracks in the order of the offer.</param>
/// <param name="RoundTripMs">Last measured round trip, in milliseconds.</param>
public sealed record SessionReport(
    StreamKey Stream,
    bool IsPublisher,
    string State,
    string IceTag,
    ImmutableArray<TrackReport> Tracks,
    double? RoundTripMs
)
{
    /// <summary>Of a player: whether the stream has a publisher now.</summary>
    public bool IsActive { get; init; }

    /// <summary>Whether its node goes away: the client should make another session.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>What its client's network carries of what it plays, estimated, in thousand bits a second; null
    /// where nothing is estimated.</summary>
    public double? AvailableKbps { get; init; }

    /// <summary>What of that is given to its tracks, in thousand bits a second.</summary>
    public double? GivenKbps { get; init; }

    /// <summary>Of a player: its streams of events; null for none.</summary>
    public ImmutableArray<PlayerEvents>? EventStreams { get; init; }
}
