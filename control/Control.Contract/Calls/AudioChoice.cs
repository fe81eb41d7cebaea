namespace Control.Contract.Calls;

/// <summary>What a session's client wants to hear of the audio tracks that it pulls.</summary>
public sealed record AudioChoice
{
    /// <summary>Most tracks at once.</summary>
    public const int TracksMax = 16;

    /// <summary>How many tracks are forwarded at once, the loudest that are spoken in; null for all. Those
    /// whose publisher sends no audio level (RFC 6464) always are, and do not count.</summary>
    /// <remarks>Range: 1 to <see cref="TracksMax"/>; a node takes what lies outside for the nearest.</remarks>
    public int? LoudestMax { get; init; }

    /// <summary>Whether the event of active speakers is repeated each second, with fresh levels, while
    /// anybody speaks.</summary>
    public bool RepeatsLevels { get; init; }
}
