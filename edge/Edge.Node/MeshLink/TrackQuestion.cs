namespace Edge.Node.MeshLink;

/// <summary>Asks what a track of a session is; the answer waits for the track and its first packet.</summary>
/// <param name="AppId">The app.</param>
/// <param name="SessionId">The session that publishes it.</param>
/// <param name="TrackName">Its name there.</param>
/// <param name="Group">The group of who asks, if any.</param>
internal sealed record TrackQuestion(
    string AppId,
    string SessionId,
    string TrackName,
    string? Group
);
