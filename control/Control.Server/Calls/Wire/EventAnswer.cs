namespace Control.Server.Calls.Wire;

/// <summary>Something that happened, as one event of a stream.</summary>
internal sealed record EventAnswer(string Type, string SessionId, DateTimeOffset At, long Sequence)
{
    /// <summary>The track it is about.</summary>
    public string? TrackName { get; init; }

    /// <summary>Its section.</summary>
    public string? Mid { get; init; }

    /// <summary>"audio" or "video".</summary>
    public string? Kind { get; init; }

    /// <summary>The layer that is sent now.</summary>
    public string? Rid { get; init; }

    /// <summary>Share of packets lost, 0 to 1.</summary>
    public double? LossFraction { get; init; }

    /// <summary>Last round trip in milliseconds.</summary>
    public double? RoundTripMs { get; init; }
}
