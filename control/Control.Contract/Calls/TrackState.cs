namespace Control.Contract.Calls;

/// <summary>A track of a session as it is now.</summary>
/// <param name="Location">Published by the client, or sent to it.</param>
/// <param name="Mid">Its m-section.</param>
/// <param name="SessionId">The session that publishes it.</param>
/// <param name="TrackName">Its name there.</param>
/// <param name="Kind">"audio" or "video".</param>
/// <param name="Status">How it is.</param>
/// <param name="Simulcast">The layer wanted, of a remote track.</param>
public sealed record TrackState(
    TrackLocation Location,
    string Mid,
    string SessionId,
    string TrackName,
    string Kind,
    TrackStatus Status,
    SimulcastChoice? Simulcast
)
{
    /// <summary>What it shows.</summary>
    public TrackContent Content { get; init; }

    /// <summary>Whether it is encrypted end to end.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>How a remote track is sent; null when nothing was said of it.</summary>
    public DeliveryChoice? Delivery { get; init; }
}
