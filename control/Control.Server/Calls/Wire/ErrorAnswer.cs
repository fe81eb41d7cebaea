namespace Control.Server.Calls.Wire;

/// <summary>Why a request was refused.</summary>
/// <param name="ErrorCode">What kind, for programs.</param>
/// <param name="ErrorDescription">A sentence, for people.</param>
/// <param name="Retryable">Whether the same request can succeed later.</param>
internal sealed record ErrorAnswer(string ErrorCode, string ErrorDescription, bool Retryable)
{
    /// <summary>When it makes sense to try again.</summary>
    public long? RetryAfterMs { get; init; }

    /// <summary>Of calls for tracks, also when there is nothing to say of them: partytracks reads it
    /// before it looks for an error.</summary>
    public IReadOnlyList<TrackAnswer>? Tracks { get; init; }

    /// <summary>Of calls for data channels, when each of them was refused.</summary>
    public IReadOnlyList<DataChannelAnswer>? DataChannels { get; init; }
}
