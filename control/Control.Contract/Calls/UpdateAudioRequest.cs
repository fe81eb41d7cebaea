namespace Control.Contract.Calls;

/// <summary>Asks to change what a session's client hears.</summary>
/// <param name="Session">The session.</param>
/// <param name="Audio">What it wants from now on, as a whole.</param>
public sealed record UpdateAudioRequest(SessionKey Session, AudioChoice Audio);
