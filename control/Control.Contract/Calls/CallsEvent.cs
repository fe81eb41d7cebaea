namespace Control.Contract.Calls;

/// <summary>Something that happened in an app.</summary>
/// <param name="Kind">What.</param>
/// <param name="SessionId">The session it is about.</param>
/// <param name="At">When.</param>
/// <param name="Sequence">Grows by one with each event of the app on this node: a gap tells a reader that
/// it was too slow and lost some.</param>
public sealed record CallsEvent(
    CallsEventKind Kind,
    string SessionId,
    DateTimeOffset At,
    long Sequence
)
{
    /// <summary>The track it is about, if any.</summary>
    public string? TrackName { get; init; }

    /// <summary>The track's section at the session, if any.</summary>
    public string? Mid { get; init; }

    /// <summary>"audio" or "video", if it is about a track.</summary>
    public string? MediaKind { get; init; }

    /// <summary>The layer that is sent now, if it is about layers.</summary>
    public string? Rid { get; init; }

    /// <summary>Share of packets lost, 0 to 1, if it is about quality.</summary>
    public double? LossFraction { get; init; }

    /// <summary>Last round trip in milliseconds, if it is about quality.</summary>
    public double? RoundTripMs { get; init; }
}
