namespace Control.Server.Calls.Wire;

/// <summary>A data channel in an answer.</summary>
internal sealed record DataChannelAnswer
{
    /// <summary>"local" or "remote".</summary>
    public string? Location { get; init; }

    /// <summary>The session that publishes it.</summary>
    public string? SessionId { get; init; }

    /// <summary>Its name there.</summary>
    public string? DataChannelName { get; init; }

    /// <summary>Its stream id at this client; not there when it failed.</summary>
    public int? Id { get; init; }

    /// <summary>"initializing", "active" or "inactive".</summary>
    public string? Status { get; init; }

    /// <summary>What kind of failure.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>A sentence about it.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>Whether it can succeed later.</summary>
    public bool? Retryable { get; init; }

    /// <summary>When it makes sense to try again.</summary>
    public long? RetryAfterMs { get; init; }
}
