using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>A session as it is now.</summary>
/// <param name="SessionId">Its id.</param>
/// <param name="State">"new", "connecting" or "connected".</param>
/// <param name="CorrelationId">The label of its creation.</param>
/// <param name="Owner">Who made it, if a token did: only control asks, since session ids are known to
/// everybody who may pull from them and are no permission.</param>
/// <param name="Tracks">Its tracks, by section.</param>
/// <param name="DataChannels">Its data channels, by id.</param>
public sealed record CallsSessionState(
    string SessionId,
    string State,
    string? CorrelationId,
    string? Owner,
    ImmutableArray<TrackState> Tracks,
    ImmutableArray<DataChannelState> DataChannels
)
{
    /// <summary>The group it is in, if any.</summary>
    public string? Group { get; init; }

    /// <summary>What its client wants to hear, if it said so.</summary>
    public AudioChoice? Audio { get; init; }
}
