namespace Control.Contract;

/// <summary>Changes what a player is sent, or who is told of it (the core extensions of WHEP).</summary>
/// <param name="Session">The player.</param>
public sealed record PlayerChange(SessionKey Session)
{
    /// <summary>The layer wanted; null changes nothing of that.</summary>
    public LayerChoice? Layer { get; init; }

    /// <summary>A stream of events that is opened or closed; null changes nothing of that.</summary>
    public PlayerEvents? Events { get; init; }
}
