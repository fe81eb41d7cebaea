namespace Control.Server.Calls.Wire;

/// <summary>What became of a request for tracks.</summary>
/// <param name="RequiresImmediateRenegotiation">Whether the client has to answer our offer.</param>
/// <param name="Tracks">The tracks in the request's order.</param>
internal sealed record TracksAnswer(
    bool RequiresImmediateRenegotiation,
    IReadOnlyList<TrackAnswer> Tracks
)
{
    /// <summary>Our offer, or the answer to the client's.</summary>
    public SessionDescription? SessionDescription { get; init; }
}
