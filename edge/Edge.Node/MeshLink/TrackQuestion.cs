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
)
{
    /// <summary>Whether who asks knows that tracks may be encrypted end to end, and what that means. Older nodes do
    /// not say it, and are not given such tracks: they would take them for plain ones, and not tell who pulls.</summary>
    public bool TakesEncrypted { get; init; }
}
