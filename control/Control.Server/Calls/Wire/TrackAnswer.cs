namespace Control.Server.Calls.Wire;

/// <summary>A track in an answer.</summary>
internal sealed record TrackAnswer
{
    /// <summary>"local" or "remote".</summary>
    public string? Location { get; init; }

    /// <summary>The session that publishes it.</summary>
    public string? SessionId { get; init; }

    /// <summary>Its name there.</summary>
    public string? TrackName { get; init; }

    /// <summary>Its section; not there when it failed.</summary>
    public string? Mid { get; init; }

    /// <summary>"audio" or "video".</summary>
    public string? Kind { get; init; }

    /// <summary>"initializing", "active" or "inactive".</summary>
    public string? Status { get; init; }

    /// <summary>The layer that was asked for.</summary>
    public SimulcastAnswer? Simulcast { get; init; }

    /// <summary>"screen", or nothing in particular.</summary>
    public string? Content { get; init; }

    /// <summary>There, and true, when it is encrypted end to end.</summary>
    public bool? E2ee { get; init; }

    /// <summary>Who comes first; not there for 0 that nobody asked for.</summary>
    public int? Priority { get; init; }

    /// <summary>Bits a second below which it is not wanted, if that was asked for.</summary>
    public long? MinBitrate { get; init; }

    /// <summary>Whether it is paused, if that was asked for.</summary>
    public bool? Paused { get; init; }

    /// <summary>What kind of failure.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>A sentence about it.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>Whether it can succeed later.</summary>
    public bool? Retryable { get; init; }

    /// <summary>When it makes sense to try again.</summary>
    public long? RetryAfterMs { get; init; }
}
