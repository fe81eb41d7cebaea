namespace Control.Server.Calls.Wire;

/// <summary>ICE was restarted.</summary>
internal sealed record RestartAnswer(
    bool RequiresImmediateRenegotiation,
    SessionDescription? SessionDescription
);
