namespace Control.Contract.Calls;

/// <summary>A data channel of a session as it is now.</summary>
/// <param name="Location">Written by the client, or read by it.</param>
/// <param name="SessionId">The session that publishes it; null for the server's own.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Id">Its stream id at this client.</param>
/// <param name="Status">How it is.</param>
public sealed record DataChannelState(
    TrackLocation Location,
    string? SessionId,
    string Name,
    int Id,
    TrackStatus Status
);
