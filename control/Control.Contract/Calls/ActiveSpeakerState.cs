namespace Control.Contract.Calls;

/// <summary>An audio track that a session pulls and in which somebody speaks.</summary>
/// <param name="PublisherSessionId">The session that publishes it.</param>
/// <param name="TrackName">Its name within that session.</param>
/// <param name="Mid">The section it is pulled in.</param>
/// <param name="Level">How loud, in dBov: 0 loudest, -127 silence (RFC 6464).</param>
public sealed record ActiveSpeakerState(
    string PublisherSessionId,
    string TrackName,
    string Mid,
    int Level
);
